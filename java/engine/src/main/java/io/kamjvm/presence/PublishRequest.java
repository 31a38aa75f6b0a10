// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.sip.SipUri;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A PUBLISH that has passed the checks of spec presence 6.1 up to the package's own.
 *
 * @param granted seconds; 0 removes
 * @param sender the {@code sender_uri} argument
 * @param retransmission what a retransmission of it would have in common with it; empty when it has
 *     no Call-ID, CSeq or From-tag
 */
record PublishRequest(
    String user,
    String domain,
    EventPackage eventPackage,
    Optional<String> ifMatch,
    long granted,
    byte[] body,
    Optional<String> sender,
    int priority,
    Optional<RecentAnswers.Request> retransmission) {

  private static final Pattern CONTENT_TYPE =
      Pattern.compile("[\\w.!%*+`'~-]+\\s*/\\s*[\\w.!%*+`'~-]+\\s*(;.*)?", Pattern.DOTALL);

  /** Where Kamailio's priorities begin: 2015-01-01. */
  private static final long PRIORITY_EPOCH = 1_420_070_400L;

  String presentity() {
    return SipUri.presentity(user, domain);
  }

  /** Checks in the order of the specification. */
  static PublishRequest check(
      final Call call,
      final SipRequest request,
      final EventPackages packages,
      final PresenceParameters parameters,
      final long now)
      throws RequestRefusedException {
    final EventPackage eventPackage = RequestChecks.eventPackage(request, packages);
    if (eventPackage.watcherinfo()) {
      throw new RequestRefusedException(
          Replies.badEvent(packages), "watcher information is not published");
    }
    final long granted = Interval.grant(request.expires(), eventPackage, parameters);
    final String host = RequestChecks.requestHost(request);
    final String user = request.requestUser().orElse("");
    final int length =
        request
            .contentLength()
            .orElseThrow(
                () -> new RequestRefusedException(Replies.badRequest(), "no Content-Length"));
    if (length == 0 && request.sipIfMatch().isEmpty()) {
      throw new RequestRefusedException(Replies.invalidRequest(), "neither body nor SIP-If-Match");
    }
    if (length > PresenceLimits.BODY_BYTES) {
      throw new RequestRefusedException(
          Replies.tooLarge(), "a body of more than " + PresenceLimits.BODY_BYTES + " bytes");
    }
    if (length < 0 || length > request.body().length) {
      throw new RequestRefusedException(
          Replies.badRequest(), "the body is shorter than its Content-Length");
    }
    if (parameters.watchSpheres() && eventPackage.name().equals("presence")) {
      sphereCheck(request);
    }
    final byte[] body =
        length == request.body().length ? request.body() : Arrays.copyOf(request.body(), length);
    final boolean oneSpelling =
        parameters.ignoreCase() && parameters.publCache() == PublCache.DATABASE;
    return new PublishRequest(
        oneSpelling ? user.toLowerCase(Locale.ROOT) : user,
        oneSpelling ? host.toLowerCase(Locale.ROOT) : host,
        eventPackage,
        request.sipIfMatch(),
        granted,
        body,
        sender(call),
        priority(request, parameters, now),
        retransmission(request, user, host, eventPackage));
  }

  private static Optional<RecentAnswers.Request> retransmission(
      final SipRequest request,
      final String user,
      final String host,
      final EventPackage eventPackage) {
    if (request.callId().isEmpty() || request.cseq().isEmpty() || request.from().tag().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RecentAnswers.Request(
            SipUri.presentity(user, host),
            eventPackage.name(),
            request.callId().get(),
            request.from().tag().get(),
            request.cseq().getAsLong(),
            request.sipIfMatch().orElse("")));
  }

  private static void sphereCheck(final SipRequest request) throws RequestRefusedException {
    if (request.contentType().isPresent()
        && !CONTENT_TYPE.matcher(request.contentType().get().trim()).matches()) {
      throw new RequestRefusedException(Replies.badRequest(), "Content-Type does not parse");
    }
  }

  private static Optional<String> sender(final Call call) throws RequestRefusedException {
    if (call.arguments().isEmpty()) {
      return Optional.empty();
    }
    final String sender = call.arguments().get(0);
    if (sender.length() >= PresenceLimits.SENDER_LENGTH) {
      throw new RequestRefusedException(Replies.internalError(), "sender_uri is too long");
    }
    if (SipUri.parse(sender).isEmpty()) {
      throw new RequestRefusedException(Replies.badRequest(), "sender_uri is no SIP URI");
    }
    return Optional.of(sender);
  }

  private static int priority(
      final SipRequest request, final PresenceParameters parameters, final long now) {
    if (parameters.xavpRoot().isEmpty()) {
      return 0;
    }
    final String given = request.xavps().get(parameters.xavpRoot().get() + "=>priority");
    if (given != null && given.matches("-?[0-9]{1,9}")) {
      return Integer.parseInt(given);
    }
    return (int) (now - PRIORITY_EPOCH);
  }
}
