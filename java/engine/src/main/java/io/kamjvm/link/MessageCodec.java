// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.kamailio.SipRequest.Party;
import io.kamjvm.sip.EventHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** A {@code KW_T_MESSAGE} block as a {@link SipRequest}. One use each. */
final class MessageCodec {
  private static final byte[] NOTHING = {};

  private final List<String> accept = new ArrayList<>(2);
  private final List<EventHeader.Parameter> eventParameters = new ArrayList<>(2);
  private final Set<String> malformed = new HashSet<>(2);
  private final Map<String, String> xavps = new HashMap<>(2);
  private final PartyFields from = new PartyFields();
  private final PartyFields to = new PartyFields();
  private String method = "";
  private String requestUri = "";
  private Optional<String> requestUser = Optional.empty();
  private Optional<String> requestHost = Optional.empty();
  private Optional<String> callId = Optional.empty();
  private OptionalLong cseq = OptionalLong.empty();
  private Optional<String> contact = Optional.empty();
  private boolean contactStar;
  private String recordRoute = "";
  private Optional<String> eventText = Optional.empty();
  private Optional<String> eventName = Optional.empty();
  private Optional<String> expires = Optional.empty();
  private Optional<String> sipIfMatch = Optional.empty();
  private Optional<String> contentType = Optional.empty();
  private OptionalInt contentLength = OptionalInt.empty();
  private byte[] body = NOTHING;
  private Optional<String> userAgent = Optional.empty();
  private int branchFlags;
  private String socket = "";
  private String socketUri = "";
  private String proto = "";
  private String source = "";
  private Optional<String> subscriptionState = Optional.empty();

  private MessageCodec() {}

  /**
   * Decodes the fields of a message.
   *
   * @throws IllegalArgumentException when they do not add up
   */
  static SipRequest decode(final TlvReader fields) {
    final MessageCodec codec = new MessageCodec();
    while (fields.next()) {
      codec.field(fields);
    }
    return codec.request();
  }

  private void field(final TlvReader field) {
    switch (field.tag()) {
      case T_METHOD -> method = field.string();
      case T_RURI -> requestUri = field.string();
      case T_RURI_USER -> requestUser = Optional.of(field.string());
      case T_RURI_HOST -> requestHost = Optional.of(field.string());
      case T_FROM_URI -> from.uri = Optional.of(field.string());
      case T_FROM_USER -> from.user = Optional.of(field.string());
      case T_FROM_HOST -> from.host = Optional.of(field.string());
      case T_FROM_TAG -> from.tag = Optional.of(field.string());
      case T_FROM_DISPLAY -> from.display = Optional.of(field.string());
      case T_TO_URI -> to.uri = Optional.of(field.string());
      case T_TO_USER -> to.user = Optional.of(field.string());
      case T_TO_HOST -> to.host = Optional.of(field.string());
      case T_TO_TAG -> to.tag = Optional.of(field.string());
      case T_CALL_ID -> callId = Optional.of(field.string());
      case T_CSEQ -> cseq = OptionalLong.of(field.integer());
      case T_CONTACT -> contact = Optional.of(field.string());
      case T_CONTACT_STAR -> contactStar = field.integer() != 0;
      case T_RECORD_ROUTE -> recordRoute = field.string();
      case T_EVENT -> eventText = Optional.of(field.string());
      case T_EVENT_NAME -> eventName = Optional.of(field.string());
      case T_EVENT_PARAM -> eventParameters.add(parameter(field.nested()));
      case T_EXPIRES -> expires = Optional.of(field.string());
      case T_SIP_IF_MATCH -> sipIfMatch = Optional.of(field.string());
      case T_CONTENT_TYPE -> contentType = Optional.of(field.string());
      case T_CONTENT_LENGTH -> contentLength = OptionalInt.of(Math.toIntExact(field.integer()));
      case T_BODY -> body = field.bytes();
      case T_ACCEPT -> accept.add(field.string());
      case T_SUBSCRIPTION_STATE -> subscriptionState = Optional.of(field.string());
      case T_USER_AGENT -> userAgent = Optional.of(field.string());
      case T_BRANCH_FLAGS -> branchFlags = (int) field.integer();
      case T_SOCKET -> socket = field.string();
      case T_SOCKET_URI -> socketUri = field.string();
      case T_PROTO -> proto = field.string();
      case T_SOURCE -> source = field.string();
      case T_BAD -> malformed.add(field.string());
      case T_XAVP -> xavp(field.nested());
      default -> {
        // a newer shim may say more
      }
    }
  }

  private static EventHeader.Parameter parameter(final TlvReader fields) {
    String name = "";
    Optional<String> value = Optional.empty();
    while (fields.next()) {
      switch (fields.tag()) {
        case T_NAME -> name = fields.string();
        case T_VALUE -> value = Optional.of(fields.string());
        default -> {
          // a newer shim may say more
        }
      }
    }
    return new EventHeader.Parameter(name, value);
  }

  private void xavp(final TlvReader fields) {
    String name = "";
    String value = "";
    while (fields.next()) {
      switch (fields.tag()) {
        case T_NAME -> name = fields.string();
        case T_VALUE -> value = fields.string();
        case T_NUMBER -> value = Long.toString(fields.integer());
        default -> {
          // a newer shim may say more
        }
      }
    }
    xavps.put(name, value);
  }

  private SipRequest request() {
    return new SipRequest(
        method,
        requestUri,
        requestUser,
        requestHost,
        from.party(),
        to.party(),
        callId,
        cseq,
        contact,
        contactStar,
        recordRoute,
        eventText,
        eventName.map(name -> new EventHeader(name, eventParameters)),
        expires,
        sipIfMatch,
        contentType,
        contentLength,
        body,
        List.copyOf(accept),
        userAgent,
        branchFlags,
        socket,
        socketUri,
        proto,
        source,
        Set.copyOf(malformed),
        Map.copyOf(xavps),
        subscriptionState);
  }

  private static final class PartyFields {
    private Optional<String> uri = Optional.empty();
    private Optional<String> user = Optional.empty();
    private Optional<String> host = Optional.empty();
    private Optional<String> tag = Optional.empty();
    private Optional<String> display = Optional.empty();

    Party party() {
      return new Party(uri, user, host, tag, display);
    }
  }
}
