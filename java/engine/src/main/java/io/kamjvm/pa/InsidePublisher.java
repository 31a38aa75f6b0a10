// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.b2b.LocalPresence;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.time.EngineClock;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Publishes for those inside of this process: commands, and whoever hears of somebody elsewhere
 * (spec pa-and-b2b 2.14, {@code feed_mode} 2: domain {@code registrar}). Engine thread only.
 */
final class InsidePublisher implements LocalPresence {
  private static final int OK = 200;
  private static final int BAD = 400;
  private static final int CONDITION_FAILED = 412;
  private static final int INTERNAL = 500;
  private static final int UNAVAILABLE = 503;

  private final Presentities presentities;
  private final Publications publications;
  private final PaBackup backup;
  private final PaNotes notes;
  private final PidfReader reader;
  private final EngineClock clock;
  private boolean open;

  InsidePublisher(
      final Presentities presentities,
      final Publications publications,
      final PaBackup backup,
      final PaNotes notes,
      final PidfReader reader,
      final EngineClock clock) {
    this.presentities = presentities;
    this.publications = publications;
    this.backup = backup;
    this.notes = notes;
    this.reader = reader;
    this.clock = clock;
  }

  /**
   * What is to be published.
   *
   * @param etag of the publication that it continues
   * @param content empty: what is published is prolonged
   * @param seconds 0: it is taken back
   */
  record Order(
      Pdomain domain,
      PresentityAddress address,
      Optional<String> etag,
      Optional<Content> content,
      long seconds) {}

  /**
   * What became of it.
   *
   * @param code as in a SIP reply
   * @param reason in words
   * @param etag of the publication now, if it was published
   */
  record Result(int code, String reason, Optional<String> etag) {
    static Result refused(final int code, final String reason) {
      return new Result(code, reason, Optional.empty());
    }
  }

  /** What earlier engines and servers have left is there: others may build on it. */
  void open() {
    open = true;
  }

  @Override
  public void publish(final Publication publication, final Consumer<Outcome> heard) {
    final Optional<PresentityAddress> address = PresentityAddress.parse(publication.uri());
    if (!open || publication.document().filter(d -> !notes.admits(2 * d.length)).isPresent()) {
      heard.accept(Outcome.of(UNAVAILABLE));
      return;
    }
    if (address.isEmpty()) {
      heard.accept(Outcome.of(BAD));
      return;
    }
    final Optional<Content> content;
    try {
      content =
          publication.document().isEmpty()
              ? Optional.empty()
              : Optional.of(reader.read(publication.document().get()));
    } catch (final XmlRejectedException e) {
      heard.accept(Outcome.of(BAD));
      return;
    }
    publish(
        new Order(
            presentities.domain(Pdomain.REGISTRAR).orElseThrow(),
            address.get(),
            publication.etag(),
            content,
            publication.expires()),
        result ->
            heard.accept(
                result.code() == OK
                    ? Outcome.published(result.etag())
                    : Outcome.of(result.code())));
  }

  /** Publishes; the result comes in this turn or a later one. */
  void publish(final Order order, final Consumer<Result> heard) {
    final Presentity presentity = presentities.obtain(order.domain(), order.address());
    if (!presentity.enter(() -> publish(presentity, order, heard))) {
      heard.accept(Result.refused(UNAVAILABLE, "Too many requests wait"));
    }
  }

  private void publish(
      final Presentity presentity, final Order order, final Consumer<Result> heard) {
    final Optional<Held> held = order.etag().flatMap(presentity::publication);
    presentities.again(presentity);
    if (order.etag().isPresent() && held.isEmpty()) {
      heard.accept(Result.refused(CONDITION_FAILED, "Conditional Request Failed"));
      return;
    }
    if (held.isEmpty() && order.content().isEmpty()) {
      heard.accept(Result.refused(BAD, "Neither document nor etag"));
      return;
    }
    if (held.isEmpty() && presentity.publications().size() >= PaLimits.PUBLICATIONS) {
      heard.accept(Result.refused(INTERNAL, "Too many publications"));
      return;
    }
    final Publications.Step step = step(presentity, held, order);
    final Runnable done =
        () -> {
          publications.apply(step);
          heard.accept(new Result(OK, "OK", Optional.of(step.after().etag())));
        };
    if (!backup.kept()) {
      done.run();
      return;
    }
    presentity.begin();
    backup.store(
        publications.storing(step),
        stored -> {
          if (stored) {
            done.run();
          } else {
            heard.accept(Result.refused(INTERNAL, "The database does not take it"));
          }
          presentity.end();
        });
  }

  private Publications.Step step(
      final Presentity presentity, final Optional<Held> held, final Order order) {
    final long until = order.seconds() == 0 ? 0 : clock.epochSeconds() + order.seconds();
    if (held.isEmpty()) {
      return publications.create(presentity, order.content().orElseThrow(), until);
    }
    if (order.seconds() == 0) {
      return publications.remove(presentity, held.get());
    }
    return order
        .content()
        .map(c -> publications.replace(presentity, held.get(), c, until))
        .orElseGet(() -> publications.prolong(presentity, held.get(), until));
  }
}
