// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.sip.DialogId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code handle_subscription(domain)} (spec pa 1.4). Engine thread only. */
final class SubscriptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriptionHandler.class);
  private static final String TIMEOUT = "timeout";

  private final ModuleContext context;
  private final PaParameters parameters;
  private final Presentities presentities;
  private final Watchers watchers;
  private final PaNotifier notifier;
  private final PaNotes notes;
  private final Acknowledgement acknowledgement;
  private final Outcomes outcomes;
  private final Identifiers ids;
  private final Judge judge;
  private final Judge watcherinfoJudge;

  SubscriptionHandler(
      final ModuleContext context,
      final PaParameters parameters,
      final Presentities presentities,
      final Watchers watchers,
      final PaNotifier notifier,
      final PaNotes notes,
      final Acknowledgement acknowledgement,
      final Outcomes outcomes,
      final Identifiers ids,
      final Judge judge,
      final Judge watcherinfoJudge) {
    this.context = context;
    this.parameters = parameters;
    this.presentities = presentities;
    this.watchers = watchers;
    this.notifier = notifier;
    this.notes = notes;
    this.acknowledgement = acknowledgement;
    this.outcomes = outcomes;
    this.ids = ids;
    this.judge = judge;
    this.watcherinfoJudge = watcherinfoJudge;
  }

  /** A SUBSCRIBE that has passed the checks. */
  private record Subscribe(
      SipRequest request,
      PaEvent event,
      String eventId,
      DocumentFormat format,
      long expires,
      DialogId dialog,
      long cseq,
      String contact) {}

  void handle(final Call call) {
    final Optional<SipRequest> request = call.request();
    if (request.isEmpty()) {
      call.answer(Answer.of(-1));
      return;
    }
    try {
      final Pdomain domain =
          presentities
              .domain(call.arguments().get(0))
              .orElseThrow(
                  () -> Answers.internalError("there is no domain " + call.arguments().get(0)));
      final Subscribe subscribe = check(call, request.get());
      if (request.get().to().tag().map(String::isEmpty).orElse(true)) {
        create(call, domain, subscribe);
      } else {
        refresh(call, subscribe);
      }
    } catch (final RefusedException e) {
      refuse(call, request.get(), e);
    }
  }

  private void refuse(final Call call, final SipRequest request, final RefusedException e) {
    LOG.info("SUBSCRIBE for {} refused: {}", request.requestUri(), e.getMessage());
    outcomes.subscribed(request, "rejected");
    call.answer(Answer.reply(-1, e.reply()));
  }

  /** The packages that are offered. */
  List<PaEvent> offered() {
    final List<PaEvent> offered = new ArrayList<>();
    offered.add(PaEvent.PRESENCE);
    if (parameters.watcherinfo()) {
      offered.add(PaEvent.WATCHERINFO);
    }
    if (!parameters.host().isEmpty()) {
      offered.add(PaEvent.XCAP_CHANGE);
    }
    return offered;
  }

  private Subscribe check(final Call call, final SipRequest request) throws RefusedException {
    RequestReading.wellFormed(request);
    final PaEvent event = RequestReading.event(request, offered());
    final DocumentFormat format =
        DocumentFormat.choose(event, request.accept()).orElseThrow(Answers::notAcceptable);
    final long expires =
        RequestReading.expires(request, parameters.defaultExpires(), parameters.mostSubscribed());
    if (request.cseq().isEmpty()) {
      throw Answers.badRequest("no CSeq");
    }
    if (request.contactStar()) {
      throw Answers.badRequest("Contact: *");
    }
    RequestReading.fits(request.recordRoute(), PaLimits.ROUTES, "Record-Route");
    final String localTag =
        request.to().tag().filter(t -> !t.isEmpty()).orElseGet(call::replyToTag);
    if (localTag.isEmpty()) {
      throw Answers.internalError("no To-tag for the reply");
    }
    return new Subscribe(
        request,
        event,
        RequestReading.fits(
            request.event().orElseThrow().id().orElse(""), PaLimits.NAME, "the Event's id"),
        format,
        expires,
        new DialogId(
            RequestReading.required(request.callId(), PaLimits.URI, "Call-ID"),
            RequestReading.fits(localTag, PaLimits.TAG, "the To-tag"),
            RequestReading.required(request.from().tag(), PaLimits.TAG, "the From-tag")),
        request.cseq().getAsLong(),
        RequestReading.required(request.contact(), PaLimits.URI, "Contact"));
  }

  // --- new ones

  private void create(final Call call, final Pdomain domain, final Subscribe subscribe)
      throws RefusedException {
    final PresentityAddress address = RequestReading.presentity(subscribe.request);
    final Optional<Watcher> same = watchers.find(subscribe.dialog);
    if (same.isPresent() && same.get().remoteCseq() == subscribe.cseq) {
      // sent again, because our reply has not arrived yet
      call.answer(Answer.reply(1, reply(subscribe, same.get().verdict())));
      return;
    }
    if (!notes.admits(subscribe.request.recordRoute().length() + 2 * PaLimits.URI)) {
      call.busy();
      return;
    }
    final Presentity presentity = presentities.obtain(domain, address);
    if (!presentity.enter(() -> judge(call, presentity, subscribe))) {
      call.busy();
    }
  }

  private void judge(final Call call, final Presentity presentity, final Subscribe subscribe) {
    final Judge wanted = subscribe.event == PaEvent.WATCHERINFO ? watcherinfoJudge : judge;
    final boolean[] decided = {false};
    wanted.judge(
        presentity,
        watcherUri(subscribe.request),
        verdict -> {
          final boolean waited = decided[0];
          decided[0] = true;
          judged(call, presentity, subscribe, verdict);
          if (waited) {
            presentity.end();
          }
        });
    if (!decided[0]) {
      decided[0] = true;
      presentity.begin();
    }
  }

  private void judged(
      final Call call,
      final Presentity presentity,
      final Subscribe subscribe,
      final Verdict verdict) {
    if (verdict == Verdict.REJECTED
        || subscribe.event == PaEvent.PRESENCE && presentity.refused()) {
      refuse(call, subscribe.request, Answers.forbidden());
      presentities.again(presentity);
      return;
    }
    final Watcher watcher = watcher(presentity, subscribe, verdict);
    outcomes.subscribed(subscribe.request, status(subscribe.expires, verdict));
    if (subscribe.expires == 0) {
      watcher.end(TIMEOUT);
      presentities.again(presentity);
      call.answer(
          new Answer(
              1,
              Optional.of(reply(subscribe, verdict)),
              Optional.empty(),
              notifier.first(watcher)));
      return;
    }
    acknowledgement.acknowledge(
        call,
        presentity,
        new Acknowledgement.Deed(
            watchers.storing(watcher),
            () -> watchers.add(watcher),
            reply(subscribe, verdict),
            () -> notifier.first(watcher),
            () -> {
              notifier.unsent(watcher);
              watcher.finish();
              watchers.remove(watcher);
            }));
  }

  private static String status(final long expires, final Verdict verdict) {
    return expires == 0 ? "terminated" : verdict.name().toLowerCase(Locale.ROOT);
  }

  private SipReply reply(final Subscribe subscribe, final Verdict verdict) {
    return Answers.subscribed(
        verdict == Verdict.PENDING, subscribe.expires, Answers.contact(subscribe.request));
  }

  /** The From URI without parameters. */
  static String watcherUri(final SipRequest request) {
    final String uri = request.from().uri().orElse("");
    final String scheme = uri.toLowerCase(Locale.ROOT).startsWith("sips:") ? "sips:" : "sip:";
    final String user =
        request.from().user().filter(u -> !u.isEmpty()).map(u -> u + "@").orElse("");
    return scheme + user + request.from().host().orElse("");
  }

  private Watcher watcher(
      final Presentity presentity, final Subscribe subscribe, final Verdict verdict) {
    final SipRequest request = subscribe.request;
    final Watcher watcher =
        new Watcher(
            ids.next(),
            presentity,
            subscribe.event,
            subscribe.eventId,
            subscribe.format,
            subscribe.dialog,
            new Watcher.Party(
                watcherUri(request),
                request.from().display().map(WatcherName::plain).orElse(""),
                request.to().uri().orElse(presentity.address().uri()),
                request.from().uri().orElse(""),
                request.recordRoute(),
                Answers.contact(request),
                request.socket()),
            verdict);
    watcher.subscribed(
        subscribe.cseq, subscribe.contact, context.clock().epochSeconds() + subscribe.expires);
    return watcher;
  }

  // --- those in a dialog

  private void refresh(final Call call, final Subscribe subscribe) throws RefusedException {
    final Watcher watcher = find(subscribe);
    if (!watcher.presentity().enter(() -> refreshed(call, watcher, subscribe))) {
      call.busy();
    }
  }

  private Watcher find(final Subscribe subscribe) throws RefusedException {
    return watchers
        .find(subscribe.dialog)
        .filter(w -> w.event() == subscribe.event && w.eventId().equals(subscribe.eventId))
        .orElseThrow(Answers::noSubscription);
  }

  private void refreshed(final Call call, final Watcher watcher, final Subscribe subscribe) {
    try {
      find(subscribe);
      if (subscribe.cseq < watcher.remoteCseq()) {
        throw Answers.internalError("CSeq out of order");
      }
    } catch (final RefusedException e) {
      refuse(call, subscribe.request, e);
      return;
    }
    final SipReply reply = reply(subscribe, Verdict.ACTIVE);
    if (subscribe.cseq == watcher.remoteCseq()) {
      call.answer(Answer.reply(1, reply));
      return;
    }
    outcomes.subscribed(subscribe.request, status(subscribe.expires, watcher.verdict()));
    if (subscribe.expires == 0) {
      watcher.subscribed(subscribe.cseq, subscribe.contact, watcher.expires());
      watcher.end(TIMEOUT);
      watchers.remove(watcher);
      call.answer(new Answer(1, Optional.of(reply), Optional.empty(), notifier.first(watcher)));
      return;
    }
    watcher.subscribed(
        subscribe.cseq, subscribe.contact, context.clock().epochSeconds() + subscribe.expires);
    acknowledgement.acknowledge(
        call,
        watcher.presentity(),
        new Acknowledgement.Deed(
            watchers.storing(watcher),
            () -> watchers.refreshed(watcher),
            reply,
            () -> notifier.first(watcher),
            () -> {
              notifier.unsent(watcher);
              notifier.insist(watcher);
            }));
  }
}
