// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.T_CHALLENGE;
import static io.kamjvm.bridge.Messages.T_CODE;
import static io.kamjvm.bridge.Messages.T_CONTACT;
import static io.kamjvm.bridge.Messages.T_CSEQ;
import static io.kamjvm.bridge.Messages.T_EXPIRES;
import static io.kamjvm.bridge.Messages.T_FROM_URI;
import static io.kamjvm.bridge.Messages.T_MIN_EXPIRES;
import static io.kamjvm.bridge.Messages.T_NAME;
import static io.kamjvm.bridge.Messages.T_NO_REPLY;
import static io.kamjvm.bridge.Messages.T_NUMBER;
import static io.kamjvm.bridge.Messages.T_RECORD_ROUTE;
import static io.kamjvm.bridge.Messages.T_RETRY_AFTER;
import static io.kamjvm.bridge.Messages.T_SIP_ETAG;
import static io.kamjvm.bridge.Messages.T_TEXT;
import static io.kamjvm.bridge.Messages.T_TO_TAG;
import static io.kamjvm.bridge.Messages.T_TO_URI;
import static io.kamjvm.bridge.Messages.T_XAVP;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.kamailio.FinalReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The fields of {@code KW_EV_COMPLETED} as a {@link FinalReply}. One use each. */
final class ReplyCodec {
  private final Map<String, Long> xavps = new HashMap<>(2);
  private int code = 408;
  private String reason = "";
  private boolean local;
  private Optional<String> etag = Optional.empty();
  private Optional<String> expires = Optional.empty();
  private Optional<String> contact = Optional.empty();
  private Optional<String> fromUri = Optional.empty();
  private Optional<String> toUri = Optional.empty();
  private Optional<String> toTag = Optional.empty();
  private OptionalLong cseq = OptionalLong.empty();
  private String recordRoute = "";
  private Optional<String> retryAfter = Optional.empty();
  private Optional<String> minExpires = Optional.empty();
  private final List<String> challenges = new ArrayList<>(1);

  private ReplyCodec() {}

  static FinalReply decode(final TlvReader fields) {
    final ReplyCodec codec = new ReplyCodec();
    while (fields.next()) {
      codec.field(fields);
    }
    return codec.reply();
  }

  private void field(final TlvReader field) {
    switch (field.tag()) {
      case T_CODE -> code = (int) field.integer();
      case T_TEXT -> reason = field.string();
      case T_XAVP -> xavp(field.nested());
      case T_NO_REPLY -> local = field.integer() != 0;
      case T_SIP_ETAG -> etag = Optional.of(field.string());
      case T_EXPIRES -> expires = Optional.of(field.string());
      case T_CONTACT -> contact = Optional.of(field.string());
      case T_FROM_URI -> fromUri = Optional.of(field.string());
      case T_TO_URI -> toUri = Optional.of(field.string());
      case T_TO_TAG -> toTag = Optional.of(field.string());
      case T_CSEQ -> cseq = OptionalLong.of(field.integer());
      case T_RECORD_ROUTE -> recordRoute = field.string();
      case T_RETRY_AFTER -> retryAfter = Optional.of(field.string());
      case T_MIN_EXPIRES -> minExpires = Optional.of(field.string());
      case T_CHALLENGE -> challenges.add(field.string());
      default -> {
        // a newer courier may say more
      }
    }
  }

  private void xavp(final TlvReader fields) {
    String name = "";
    while (fields.next()) {
      if (fields.tag() == T_NAME) {
        name = fields.string();
      } else if (fields.tag() == T_NUMBER) {
        xavps.put(name, fields.integer());
      }
    }
  }

  private FinalReply reply() {
    return new FinalReply(
        code,
        reason,
        Map.copyOf(xavps),
        local,
        etag,
        expires,
        contact,
        fromUri,
        toUri,
        toTag,
        cseq,
        recordRoute,
        retryAfter,
        minExpires,
        challenges);
  }
}
