// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.storage.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code handle_publish([sender_uri])}: spec presence 6. Engine thread only. */
final class PublishHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PublishHandler.class);

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final EventPackages packages;
  private final Presentities presentities;
  private final Publications publications;
  private final Subscribers subscribers;
  private final Optional<DurableAnswer> durable;

  PublishHandler(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Presentities presentities,
      final Publications publications,
      final Subscribers subscribers,
      final Optional<DurableAnswer> durable) {
    this.context = context;
    this.parameters = parameters;
    this.packages = packages;
    this.presentities = presentities;
    this.publications = publications;
    this.subscribers = subscribers;
    this.durable = durable;
  }

  void handle(final Call call) {
    final Optional<SipRequest> request = call.request();
    if (request.isEmpty()) {
      call.answer(Answer.of(-1));
      return;
    }
    try {
      final PublishRequest publish =
          PublishRequest.check(
              call, request.get(), packages, parameters, context.clock().epochSeconds());
      final Presentity presentity =
          presentities.obtain(publish.presentity(), publish.eventPackage());
      if (!presentity.queue().enter(() -> parse(call, publish, presentity))) {
        LOG.warn("too many PUBLISH requests wait for {}", publish.presentity());
        call.busy();
      }
    } catch (final RequestRefusedException e) {
      LOG.info("PUBLISH for {} refused: {}", request.get().requestUri(), e.getMessage());
      call.answer(Answer.reply(e.returnCode(), e.reply()));
    }
  }

  private void parse(final Call call, final PublishRequest publish, final Presentity presentity) {
    if (publish.body().length == 0) {
      decide(call, publish, presentity, Optional.empty());
    } else if (publish.body().length <= PresenceLimits.SMALL_BODY_BYTES) {
      parsed(call, publish, presentity, attempt(publish));
    } else {
      presentity.queue().hold();
      try {
        context.background().execute(() -> parseLarge(call, publish, presentity));
      } catch (final RejectedExecutionException e) {
        LOG.warn("too many large bodies wait to be parsed");
        call.busy();
        presentity.queue().release();
      }
    }
  }

  private void parseLarge(
      final Call call, final PublishRequest publish, final Presentity presentity) {
    final Parsed parsed = attempt(publish);
    context
        .engine()
        .execute(
            () -> {
              boolean held = false;
              try {
                held = parsed(call, publish, presentity, parsed);
              } finally {
                if (!held) {
                  presentity.queue().release();
                }
              }
            });
  }

  /** A body, or why it is none. */
  private record Parsed(Optional<Document> document, Optional<UnacceptableBodyException> refusal) {}

  private static Parsed attempt(final PublishRequest publish) {
    try {
      return new Parsed(
          Optional.of(publish.eventPackage().parse(publish.body())), Optional.empty());
    } catch (final UnacceptableBodyException e) {
      return new Parsed(Optional.empty(), Optional.of(e));
    } catch (final RuntimeException | StackOverflowError e) {
      LOG.error("package {} failed on a body", publish.eventPackage().name(), e);
      return new Parsed(
          Optional.empty(),
          Optional.of(new UnacceptableBodyException(500, "Server Internal Error", "failed")));
    }
  }

  private boolean parsed(
      final Call call,
      final PublishRequest publish,
      final Presentity presentity,
      final Parsed parsed) {
    if (parsed.refusal().isPresent()) {
      final UnacceptableBodyException refusal = parsed.refusal().get();
      LOG.info(
          "PUBLISH {} for {} refused: {}",
          publish.eventPackage().name(),
          publish.presentity(),
          refusal.getMessage());
      call.answer(Answer.reply(-1, new SipReply(refusal.code(), refusal.reason())));
      return false;
    }
    return decide(call, publish, presentity, parsed.document());
  }

  /** Whether the presentity is held from now on. */
  private boolean decide(
      final Call call,
      final PublishRequest publish,
      final Presentity presentity,
      final Optional<Document> document) {
    final Optional<Publication> before = publish.ifMatch().flatMap(presentity::publication);
    if (publish.ifMatch().isPresent() && before.isEmpty()) {
      call.answer(Answer.reply(1, Replies.conditionFailed()));
      return false;
    }
    if (before.isEmpty() && publish.granted() == 0) {
      // acknowledged, but it never was (D-25)
      call.answer(Answer.reply(1, Replies.published(0, publications.newTag().value())));
      return false;
    }
    if (before.isEmpty()
        && presentity.publications().size() >= PresenceLimits.PUBLICATIONS_PER_PRESENTITY) {
      LOG.warn("too many documents of {} {}", presentity.eventPackage().name(), presentity.uri());
      call.busy();
      return false;
    }
    final Optional<Publication> after =
        publish.granted() == 0 ? Optional.empty() : Optional.of(after(publish, before, document));
    return carryOut(
        call, presentity, new PublicationChange(before, after), shown(publish.granted()));
  }

  private Publication after(
      final PublishRequest publish,
      final Optional<Publication> before,
      final Optional<Document> document) {
    final long now = context.clock().epochSeconds();
    return before
        .map(b -> PublicationRows.modified(publish, b, now, publications))
        .map(row -> publications.newest(row, document.orElseGet(() -> before.get().document())))
        .orElseGet(
            () ->
                publications.newest(
                    PublicationRows.created(publish, now, publications), document.orElseThrow()));
  }

  private boolean carryOut(
      final Call call,
      final Presentity presentity,
      final PublicationChange change,
      final long shown) {
    final String etag = change.after().or(change::before).orElseThrow().etag();
    final SipReply reply = Replies.published(shown, etag);
    if (durable.isPresent()) {
      final List<Change> forward = new ArrayList<>(subscribers.marks(presentity, change.sender()));
      forward.add(0, change.stored());
      return durable
          .get()
          .decide(
              call,
              presentity.queue(),
              new DurableAnswer.Decision(
                  forward,
                  List.of(change.reversed().stored()),
                  reply,
                  Optional.empty(),
                  () -> publications.apply(presentity, change, 0),
                  () -> {}));
    }
    call.answer(
        new Answer(
            1,
            Optional.of(reply),
            Optional.empty(),
            publications.apply(presentity, change, PresenceLimits.INLINE_NOTIFIES)));
    return false;
  }

  /** What the 200 says: earlier than it is by {@code expires_offset}, never 0 for a live one. */
  private long shown(final long granted) {
    return granted == 0 ? 0 : Math.max(1, granted - parameters.expiresOffset());
  }
}
