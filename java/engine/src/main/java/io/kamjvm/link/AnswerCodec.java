// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SubscriptionView;

/** Replies, requests and {@code $subs} as fields. */
final class AnswerCodec {
  private AnswerCodec() {}

  static void reply(final TlvWriter fields, final SipReply reply) {
    fields.integer(T_REPLY_CODE, reply.code());
    fields.string(T_REPLY_REASON, reply.reason());
    if (!reply.headers().isEmpty()) {
      final StringBuilder block = new StringBuilder(128);
      for (final String header : reply.headers()) {
        block.append(header).append("\r\n");
      }
      fields.string(T_REPLY_HEADERS, block.toString());
    }
  }

  static void request(final TlvWriter fields, final OutgoingRequest request) {
    fields.string(T_METHOD, request.method());
    fields.string(T_CALL_ID, request.callId());
    fields.string(T_LOCAL_URI, request.localUri());
    fields.string(T_LOCAL_TAG, request.localTag());
    fields.string(T_REMOTE_URI, request.remoteUri());
    if (!request.remoteTag().isEmpty()) {
      fields.string(T_REMOTE_TAG, request.remoteTag());
    }
    fields.string(T_REMOTE_TARGET, request.remoteTarget());
    fields.string(T_ROUTE_SET, request.routeSet());
    fields.integer(T_LAST_CSEQ, request.lastCseq());
    request.socket().ifPresent(socket -> fields.string(T_SEND_SOCKET, socket));
    fields.string(T_HEADERS, request.headers());
    fields.bytes(T_REQUEST_BODY, request.body());
    request.subscription().ifPresent(view -> subscription(fields, view));
    request.answerRoute().ifPresent(route -> fields.string(T_ANSWER_ROUTE, route));
    request.nextHop().ifPresent(hop -> fields.string(T_NEXT_HOP, hop));
    if (request.wantsReply()) {
      fields.integer(T_WANT_REPLY, 1);
    }
    if (request.ownContact()) {
      fields.integer(T_OWN_CONTACT, 1);
    }
  }

  static void route(final TlvWriter fields, final EventRoute route) {
    fields.string(T_NAME, route.name());
    route
        .variables()
        .forEach(
            (name, value) -> {
              final int mark = fields.begin(T_VARIABLE);
              fields.string(T_NAME, name);
              fields.string(T_VALUE, value);
              fields.end(mark);
            });
  }

  static void subscription(final TlvWriter fields, final SubscriptionView view) {
    final int mark = fields.begin(T_SUBS);
    fields.string(SUBS_PRES_URI, view.presUri());
    fields.string(SUBS_TO_USER, view.toUser());
    fields.string(SUBS_TO_DOMAIN, view.toDomain());
    fields.string(SUBS_FROM_USER, view.fromUser());
    fields.string(SUBS_FROM_DOMAIN, view.fromDomain());
    fields.string(SUBS_WATCHER_USERNAME, view.watcherUser());
    fields.string(SUBS_WATCHER_DOMAIN, view.watcherDomain());
    fields.string(SUBS_EVENT, view.event());
    fields.string(SUBS_EVENT_ID, view.eventId());
    fields.string(SUBS_TO_TAG, view.toTag());
    fields.string(SUBS_FROM_TAG, view.fromTag());
    fields.string(SUBS_CALLID, view.callId());
    fields.integer(SUBS_REMOTE_CSEQ, view.remoteCseq());
    fields.integer(SUBS_LOCAL_CSEQ, view.localCseq());
    fields.string(SUBS_CONTACT, view.contact());
    fields.string(SUBS_LOCAL_CONTACT, view.localContact());
    fields.string(SUBS_RECORD_ROUTE, view.recordRoute());
    fields.integer(SUBS_EXPIRES, view.expires());
    fields.integer(SUBS_STATUS, view.status());
    fields.string(SUBS_REASON, view.reason());
    fields.integer(SUBS_VERSION, view.version());
    fields.integer(SUBS_FLAGS, view.flags());
    fields.string(SUBS_USER_AGENT, view.userAgent());
    fields.string(SUBS_SOCKINFO, view.socket());
    fields.end(mark);
  }
}
