// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
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
  private final Departures departures;
  private final PackageCode code;
  private final Optional<DurableAnswer> durable;
  private final RecentAnswers recent;
  private final OpenQuestions questions;

  PublishHandler(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Presentities presentities,
      final Publications publications,
      final Subscribers subscribers,
      final Departures departures,
      final PackageCode code,
      final Optional<DurableAnswer> durable,
      final Recovery recovery) {
    this.context = context;
    this.parameters = parameters;
    this.packages = packages;
    this.presentities = presentities;
    this.publications = publications;
    this.subscribers = subscribers;
    this.departures = departures;
    this.code = code;
    this.durable = durable;
    this.recent = new RecentAnswers(context.clock(), recovery);
    this.questions = new OpenQuestions(context.clock());
  }

  /**
   * How many milliseconds the oldest PUBLISH waits for an answer of the table; 0 when none does.
   */
  long oldestMillis() {
    return questions.oldestMillis();
  }

  /** Answers that an engine which died has given. */
  RecentAnswers recent() {
    return recent;
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
      if (!code.serves(publish.eventPackage())) {
        call.busy();
        return;
      }
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
    } else if (presentity.ahead()) {
      parseAway(call, publish, presentity);
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

  private void parseAway(
      final Call call, final PublishRequest publish, final Presentity presentity) {
    presentity.queue().hold();
    code.callAway(
        publish.eventPackage(),
        "parse",
        () -> attempt(publish),
        result -> {
          boolean held = false;
          try {
            if (result instanceof PackageCode.Result.Made<Parsed> made) {
              held = parsed(call, publish, presentity, made.value());
            } else if (result instanceof PackageCode.Result.Failed<Parsed>) {
              held = parsed(call, publish, presentity, Parsed.FAILED);
            } else {
              call.busy();
            }
          } finally {
            if (!held) {
              presentity.queue().release();
            }
          }
        });
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
  private record Parsed(Optional<Document> document, Optional<UnacceptableBodyException> refusal) {
    static final Parsed FAILED =
        new Parsed(
            Optional.empty(),
            Optional.of(new UnacceptableBodyException(500, "Server Internal Error", "failed")));
  }

  private static Parsed attempt(final PublishRequest publish) {
    try {
      return new Parsed(
          Optional.of(publish.eventPackage().parse(publish.body())), Optional.empty());
    } catch (final UnacceptableBodyException e) {
      return new Parsed(Optional.empty(), Optional.of(e));
    } catch (final RuntimeException | StackOverflowError e) {
      LOG.error("package {} failed on a body", publish.eventPackage().name(), e);
      return Parsed.FAILED;
    }
  }

  private boolean parsed(
      final Call call,
      final PublishRequest publish,
      final Presentity presentity,
      final Parsed parsed) {
    if (parsed.refusal().isPresent()) {
      final UnacceptableBodyException refusal = parsed.refusal().get();
      LOG.warn(
          "PUBLISH {} for {} from {} refused with {}: {}",
          publish.eventPackage().name(),
          publish.presentity(),
          call.request().map(SipRequest::source).orElse("?"),
          refusal.code(),
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
    if (publications.truth().isEmpty()) {
      return conclude(new Asker.Waiting(call), publish, presentity, document);
    }
    final Asker.Promised asker = new Asker.Promised(call.hold(1, Optional.empty()));
    final Object question = questions.asked();
    presentity.queue().hold();
    publications
        .truth()
        .get()
        .read(
            presentity,
            answered -> {
              questions.answered(question);
              boolean held = false;
              try {
                if (answered) {
                  held = conclude(asker, publish, presentity, document);
                } else {
                  asker.busy();
                }
              } finally {
                if (!held) {
                  presentity.queue().release();
                }
              }
            });
    return true;
  }

  /** As {@link #decide}, with the documents as they are. */
  private boolean conclude(
      final Asker asker,
      final PublishRequest publish,
      final Presentity presentity,
      final Optional<Document> document) {
    final Optional<SipReply> earlier = recent.find(publish.retransmission());
    if (earlier.isPresent()) {
      asker.reply(earlier.get());
      return false;
    }
    final long now = context.clock().epochSeconds();
    final Optional<Publication> before =
        publish.ifMatch().flatMap(presentity::publication).filter(p -> !p.expired(now));
    if (publish.ifMatch().isPresent() && before.isEmpty()) {
      asker.reply(Replies.conditionFailed());
      return false;
    }
    if (before.isEmpty() && publish.granted() == 0) {
      // acknowledged, but it never was (D-25)
      asker.reply(Replies.published(0, publications.newTag().value()));
      return false;
    }
    if (!presentity.ahead() || presentity.publications().isEmpty()) {
      final Opinion opinion = opinion(publish, presentity.publications(), before, document);
      return conclude(asker, publish, presentity, document, before, opinion);
    }
    final List<Publication> stored = List.copyOf(presentity.publications());
    presentity.queue().hold();
    code.callAway(
        publish.eventPackage(),
        "replaces",
        () -> opinion(publish, stored, before, document),
        result -> {
          boolean held = false;
          try {
            if (result instanceof PackageCode.Result.Made<Opinion> made) {
              held = conclude(asker, publish, presentity, document, before, made.value());
            } else if (result instanceof PackageCode.Result.Failed<Opinion>) {
              asker.refuse(Replies.internalError());
            } else {
              asker.busy();
            }
          } finally {
            if (!held) {
              presentity.queue().release();
            }
          }
        });
    return true;
  }

  /**
   * What a package says about a publication and those that are stored.
   *
   * @param ignored whether it is acknowledged without effect
   * @param displaced the one whose place it takes
   */
  private record Opinion(boolean ignored, Optional<Publication> displaced) {}

  private Opinion opinion(
      final PublishRequest publish,
      final List<Publication> stored,
      final Optional<Publication> before,
      final Optional<Document> document) {
    final EventPackage eventPackage = publish.eventPackage();
    if (before.isEmpty()) {
      return new Opinion(
          false,
          stored.stream()
              .filter(p -> eventPackage.replaces(document.orElseThrow(), p.document()))
              .findFirst());
    }
    final String sender = publish.sender().orElse("");
    return new Opinion(
        publish.granted() > 0
            && eventPackage.ignores(
                before.get().document(),
                document,
                presentities.sameUri(sender, before.get().row().sender())),
        Optional.empty());
  }

  private boolean conclude(
      final Asker asker,
      final PublishRequest publish,
      final Presentity presentity,
      final Optional<Document> document,
      final Optional<Publication> before,
      final Opinion opinion) {
    final long now = context.clock().epochSeconds();
    if (opinion.ignored()) {
      asker.reply(Replies.published(shown(publish.granted()), before.orElseThrow().etag()));
      return false;
    }
    if (before.isEmpty()
        && opinion.displaced().isEmpty()
        && presentity.publications().stream().filter(p -> !p.expired(now)).count()
            >= PresenceLimits.PUBLICATIONS_PER_PRESENTITY) {
      LOG.warn("too many documents of {} {}", presentity.eventPackage().name(), presentity.uri());
      asker.busy();
      return false;
    }
    final Optional<Publication> after =
        publish.granted() == 0
            ? departures.of(presentity, before.orElseThrow())
            : Optional.of(after(publish, before, document));
    return carryOut(
        asker, publish, presentity, new PublicationChange(before, after, opinion.displaced()));
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

  private List<Change> forward(final PublicationChange change) {
    return publications.truth().isPresent() ? change.storedIfUnchanged() : change.stored();
  }

  private boolean carryOut(
      final Asker asker,
      final PublishRequest publish,
      final Presentity presentity,
      final PublicationChange change) {
    final String etag =
        change.after().filter(p -> !p.departed()).or(change::before).orElseThrow().etag();
    final SipReply reply = Replies.published(shown(publish.granted()), etag);
    if (durable.isPresent()) {
      final List<Change> forward = new ArrayList<>(forward(change));
      forward.addAll(subscribers.marks(presentity, change.sender()));
      return asker.decide(
          durable.get(),
          presentity.queue(),
          new DurableAnswer.Decision(
                  forward,
                  change.takenBack(),
                  reply,
                  Optional.empty(),
                  () -> {
                    recent.add(publish.retransmission(), reply);
                    publications.apply(presentity, change, 0);
                  },
                  () -> {})
              .overtaken(Replies.conditionFailed()));
    }
    recent.add(publish.retransmission(), reply);
    asker.reply(reply, publications.apply(presentity, change, PresenceLimits.INLINE_NOTIFIES));
    return false;
  }

  /** What the 200 says: earlier than it is by {@code expires_offset}, never 0 for a live one. */
  private long shown(final long granted) {
    return granted == 0 ? 0 : Math.max(1, granted - parameters.expiresOffset());
  }
}
