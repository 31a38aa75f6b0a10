// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.sip.DialogId;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;

/**
 * A SUBSCRIBE that has passed the checks of spec presence 7.1 up to the look-up of its dialog.
 *
 * @param granted seconds; 0 ends or fetches
 * @param initial whether it had no To-tag
 * @param presentity for an initial one
 */
record SubscribeRequest(
    SipRequest request,
    EventPackage eventPackage,
    String eventId,
    long granted,
    boolean initial,
    DialogId dialog,
    long cseq,
    String contact,
    String presentity,
    String watcherUser,
    String watcherDomain) {

  private static final int USER_AGENT_LENGTH = 254;

  /** Checks in the order of the specification. */
  static SubscribeRequest check(
      final Call call,
      final SipRequest request,
      final EventPackages packages,
      final PresenceParameters parameters)
      throws RequestRefusedException {
    final SipUri watcher = watcher(call, request);
    final EventPackage eventPackage = RequestChecks.eventPackage(request, packages);
    final String eventId = request.event().orElseThrow().id().orElse("");
    RequestChecks.fits(eventId, PresenceLimits.NAME_LENGTH, "the Event's id");
    final long granted = Interval.grant(request.expires(), eventPackage, parameters);
    final String remoteTag = required(request.from().tag(), "no From-tag");
    final String callId = required(request.callId(), "no Call-ID");
    if (request.cseq().isEmpty()) {
      throw bad("no CSeq");
    }
    if (request.contactStar()) {
      throw bad("Contact: *");
    }
    final String contact = required(request.contact(), "no Contact");
    required(request.from().host(), "From does not parse");
    required(request.to().host(), "To does not parse");
    checkLengths(request, callId, remoteTag, contact);
    final boolean initial = request.to().tag().map(String::isEmpty).orElse(true);
    final String localTag = initial ? call.replyToTag() : request.to().tag().orElseThrow();
    if (localTag.isEmpty()) {
      throw new RequestRefusedException(Replies.internalError(), "no To-tag for the reply");
    }
    RequestChecks.fits(localTag, PresenceLimits.TAG_LENGTH, "the To-tag");
    return new SubscribeRequest(
        request,
        eventPackage,
        eventId,
        granted,
        initial,
        new DialogId(callId, localTag, remoteTag),
        request.cseq().getAsLong(),
        contact,
        initial ? presentity(request, eventPackage, contact) : "",
        watcher.user(),
        watcher.host());
  }

  private static SipUri watcher(final Call call, final SipRequest request)
      throws RequestRefusedException {
    if (call.arguments().isEmpty()) {
      final String host = request.from().host().orElse("");
      if (host.isEmpty()) {
        throw new RequestRefusedException(Replies.badRequest(), 0, "From does not parse");
      }
      return new SipUri("sip", request.from().user().orElse(""), host, Optional.empty());
    }
    final SipUri given =
        SipUri.parse(call.arguments().get(0)).orElseThrow(() -> bad("watcher_uri is no SIP URI"));
    RequestChecks.fits(given.user(), PresenceLimits.NAME_LENGTH, "watcher_uri's user");
    RequestChecks.fits(given.host(), PresenceLimits.NAME_LENGTH, "watcher_uri's host");
    return given;
  }

  private static String presentity(
      final SipRequest request, final EventPackage eventPackage, final String contact)
      throws RequestRefusedException {
    final String host = RequestChecks.requestHost(request);
    if (!eventPackage.presentityFromContact()) {
      return SipUri.presentity(request.requestUser().orElse(""), host);
    }
    final SipUri uri = SipUri.parse(contact).orElseThrow(() -> bad("Contact does not parse"));
    RequestChecks.fits(uri.user(), PresenceLimits.NAME_LENGTH, "the Contact's user");
    return SipUri.presentity(uri.user(), request.from().host().orElse(""));
  }

  private static void checkLengths(
      final SipRequest request, final String callId, final String remoteTag, final String contact)
      throws RequestRefusedException {
    RequestChecks.fits(callId, PresenceLimits.URI_LENGTH, "Call-ID");
    RequestChecks.fits(remoteTag, PresenceLimits.TAG_LENGTH, "the From-tag");
    RequestChecks.fits(contact, PresenceLimits.URI_LENGTH, "Contact");
    RequestChecks.fits(request.recordRoute(), PresenceLimits.ROUTE_SET_LENGTH, "Record-Route");
    for (final SipRequest.Party party : new SipRequest.Party[] {request.from(), request.to()}) {
      RequestChecks.fits(party.user().orElse(""), PresenceLimits.NAME_LENGTH, "a user");
      RequestChecks.fits(party.host().orElse(""), PresenceLimits.NAME_LENGTH, "a host");
    }
  }

  private static String required(final Optional<String> value, final String otherwise)
      throws RequestRefusedException {
    return value.filter(v -> !v.isEmpty()).orElseThrow(() -> bad(otherwise));
  }

  private static RequestRefusedException bad(final String why) {
    final SipReply reply = Replies.badRequest();
    return new RequestRefusedException(reply, why);
  }

  /** The row of the dialog that an initial SUBSCRIBE makes. */
  SubscriptionRow row(final long now, final Optional<String> serverAddress) {
    return new SubscriptionRow(
        presentity,
        watcherUser,
        watcherDomain,
        request.to().user().orElse(""),
        request.to().host().orElse(""),
        request.from().user().orElse(""),
        request.from().host().orElse(""),
        eventPackage.name(),
        eventId,
        dialog.localTag(),
        dialog.remoteTag(),
        dialog.callId(),
        0,
        cseq,
        contact,
        request.recordRoute(),
        now + granted,
        Subscription.ACTIVE,
        "",
        0,
        request.socket(),
        LocalContact.stored(request, serverAddress),
        request.branchFlags(),
        request.userAgent().filter(ua -> ua.length() <= USER_AGENT_LENGTH).orElse(""));
  }
}
