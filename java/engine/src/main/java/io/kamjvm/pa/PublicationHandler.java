// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code handle_publish(domain)} (spec pa 1.9). Engine thread only. */
final class PublicationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PublicationHandler.class);
  private static final Set<String> TYPES =
      Set.of("application/pidf+xml", "application/cpim-pidf+xml");

  private final ModuleContext context;
  private final PaParameters parameters;
  private final Presentities presentities;
  private final Publications publications;
  private final PaNotifier notifier;
  private final PaNotes notes;
  private final Acknowledgement acknowledgement;
  private final Outcomes outcomes;
  private final Identifiers ids;
  private final PidfReader reader;

  PublicationHandler(
      final ModuleContext context,
      final PaParameters parameters,
      final Presentities presentities,
      final Publications publications,
      final PaNotifier notifier,
      final PaNotes notes,
      final Acknowledgement acknowledgement,
      final Outcomes outcomes,
      final Identifiers ids,
      final PidfReader reader) {
    this.context = context;
    this.parameters = parameters;
    this.presentities = presentities;
    this.publications = publications;
    this.notifier = notifier;
    this.notes = notes;
    this.acknowledgement = acknowledgement;
    this.outcomes = outcomes;
    this.ids = ids;
    this.reader = reader;
  }

  void handle(final Call call) {
    final Optional<SipRequest> request = call.request();
    if (request.isEmpty()) {
      call.answer(Answer.of(-1));
      return;
    }
    final Optional<SipReply> before = outcomes.of(request.get()).flatMap(Outcomes.Outcome::reply);
    if (before.isPresent()) {
      call.answer(Answer.reply(1, before.get()));
      return;
    }
    try {
      check(call, request.get());
    } catch (final RefusedException e) {
      refuse(call, request.get(), e);
    }
  }

  private static void refuse(final Call call, final SipRequest request, final RefusedException e) {
    LOG.info("PUBLISH for {} refused: {}", request.requestUri(), e.getMessage());
    call.answer(Answer.reply(-1, e.reply()));
  }

  private void check(final Call call, final SipRequest request) throws RefusedException {
    final Pdomain domain =
        presentities
            .domain(call.arguments().get(0))
            .orElseThrow(
                () -> Answers.internalError("there is no domain " + call.arguments().get(0)));
    RequestReading.wellFormed(request);
    final PaEvent event =
        RequestReading.event(
            request,
            parameters.host().isEmpty()
                ? List.of(PaEvent.PRESENCE)
                : List.of(PaEvent.PRESENCE, PaEvent.XCAP_CHANGE));
    final long expires =
        RequestReading.expires(request, parameters.defaultExpires(), parameters.mostPublished());
    final PresentityAddress address = RequestReading.presentity(request);
    if (request.contentLength().isPresent()
        && request.contentLength().getAsInt() != request.body().length) {
      throw Answers.badRequest("the body is not as long as Content-Length says");
    }
    if (event == PaEvent.XCAP_CHANGE) {
      changed(call, request, domain.find(address.key()), address);
      return;
    }
    final Optional<Content> content = content(request);
    final Optional<String> tag = request.sipIfMatch().map(String::strip).filter(t -> !t.isEmpty());
    if (content.isEmpty() && tag.isEmpty()) {
      throw Answers.badRequest("neither body nor SIP-If-Match");
    }
    if (!notes.admits(2 * request.body().length)) {
      call.busy();
      return;
    }
    final Presentity presentity = presentities.obtain(domain, address);
    if (!presentity.enter(() -> decide(call, presentity, tag, content, expires))) {
      call.busy();
    }
  }

  private Optional<Content> content(final SipRequest request) throws RefusedException {
    if (request.body().length == 0) {
      return Optional.empty();
    }
    final String type = request.contentType().map(DocumentFormat::mediaType).orElse("");
    if (!TYPES.contains(type)) {
      throw Answers.unsupportedType();
    }
    try {
      return Optional.of(reader.read(request.body()));
    } catch (final XmlRejectedException e) {
      throw Answers.badRequest("the document: " + e.getMessage());
    }
  }

  private void decide(
      final Call call,
      final Presentity presentity,
      final Optional<String> tag,
      final Optional<Content> content,
      final long expires) {
    final SipRequest request = call.request().orElseThrow();
    try {
      if (tag.isEmpty()
          && presentity.publications().size() >= PaLimits.PUBLICATIONS
          && expires > 0) {
        throw Answers.internalError("too many publications");
      }
      final Publications.Step step = step(presentity, tag, content, expires);
      final SipReply reply =
          Answers.published(expires, step.after().etag(), Answers.contact(request));
      acknowledgement.acknowledge(
          call,
          presentity,
          new Acknowledgement.Deed(
              publications.storing(step),
              () -> {
                publications.apply(step);
                outcomes.replied(request, reply);
              },
              reply,
              List::of,
              () -> undo(step)));
    } catch (final RefusedException e) {
      refuse(call, request, e);
      presentities.again(presentity);
    }
  }

  private Publications.Step step(
      final Presentity presentity,
      final Optional<String> tag,
      final Optional<Content> content,
      final long expires)
      throws RefusedException {
    final long until = expires == 0 ? 0 : context.clock().epochSeconds() + expires;
    if (tag.isEmpty()) {
      return publications.create(presentity, content.orElseThrow(), until);
    }
    final Held held = presentity.publication(tag.get()).orElseThrow(Answers::conditionFailed);
    if (expires == 0) {
      return publications.remove(presentity, held);
    }
    return content.isPresent()
        ? publications.replace(presentity, held, content.get(), until)
        : publications.prolong(presentity, held, until);
  }

  /** Nobody knows the entity-tag of what was new. */
  private void undo(final Publications.Step step) {
    if (step.before().isEmpty()) {
      step.presentity()
          .publication(step.after().etag())
          .ifPresent(held -> publications.withdraw(step.presentity(), held));
    }
  }

  /** Somebody says that documents on the XCAP server have changed. */
  private void changed(
      final Call call,
      final SipRequest request,
      final Optional<Presentity> presentity,
      final PresentityAddress address) {
    final XcapChangeDocument document =
        new XcapChangeDocument(
            parameters.host(),
            address.key(),
            XcapChangeDocument.Kind.named(new String(request.body(), StandardCharsets.UTF_8)),
            request.method(),
            SubscriptionHandler.watcherUri(request));
    if (presentity.isPresent() && !document.kinds().isEmpty()) {
      for (final Watcher watcher : presentity.get().watchers(PaEvent.XCAP_CHANGE)) {
        watcher.xcapChange(Optional.of(document.and(watcher.xcapChange())));
        notifier.insist(watcher);
      }
    }
    call.answer(Answer.reply(1, Answers.published(0, ids.next(), Answers.contact(request))));
  }
}
