// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.rules.LastRules;
import io.kamjvm.presence.RulesCell.Known;
import io.kamjvm.time.EngineClock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Has the rules of presentities at hand. They may come from far, so they are used for some seconds;
 * who is told that they have changed fetches them anew. Engine thread only.
 */
final class RulesDesk {
  private final PackageCode code;
  private final EngineClock clock;

  RulesDesk(final PackageCode code, final EngineClock clock) {
    this.code = code;
    this.clock = clock;
  }

  /** The rules, if they are at hand. */
  Optional<Known> atHand(final Presentity presentity) {
    final RulesCell cell = presentity.rules();
    final boolean recent = clock.monotonicMillis() - cell.sinceMillis < PresenceLimits.RULES_MILLIS;
    return recent ? cell.known : Optional.empty();
  }

  /**
   * The rules as they are, or were some seconds ago.
   *
   * @param done hears them, within this call or in a later turn; empty when they can not be had
   */
  void get(final Presentity presentity, final Consumer<Optional<Known>> done) {
    final Optional<Known> known = atHand(presentity);
    if (known.isPresent()) {
      done.accept(known);
      return;
    }
    final RulesCell cell = presentity.rules();
    cell.waiting.add(done);
    if (cell.waiting.size() == 1) {
      fetch(presentity, fetched -> {});
    }
  }

  private static void hear(final RulesCell cell, final Optional<Known> fetched) {
    final List<Consumer<Optional<Known>>> all = List.copyOf(cell.waiting);
    cell.waiting.clear();
    all.forEach(one -> one.accept(fetched));
  }

  /**
   * As {@link #get}, but while those of a built-in package can not be had, they are the last that
   * were known: what they hide stays hidden, and nobody loses sight with the database. Packages
   * that are not built in keep rules themselves if they wish so.
   */
  void latest(final Presentity presentity, final Consumer<Optional<Known>> done) {
    final RulesCell cell = presentity.rules();
    if (!code.inline(presentity.eventPackage())) {
      get(presentity, done);
    } else if (clock.monotonicMillis() < cell.lastUntilMillis) {
      done.accept(cell.last);
    } else {
      get(presentity, known -> done.accept(known.or(() -> cell.last)));
    }
  }

  /**
   * The rules as they are now; whatever was decided by older ones and is under way is not final.
   * Whoever waits for rules gets these, too.
   */
  void renew(final Presentity presentity, final Consumer<Optional<Known>> done) {
    presentity.rules().epoch++;
    presentity.rules().known = Optional.empty();
    fetch(presentity, done);
  }

  private void fetch(final Presentity presentity, final Consumer<Optional<Known>> done) {
    final RulesCell cell = presentity.rules();
    final EventPackage eventPackage = presentity.eventPackage();
    final int epoch = cell.epoch;
    final long now = clock.monotonicMillis();
    presentity.pin();
    code.<Optional<Rules>>callAway(
        eventPackage,
        "rules",
        () -> eventPackage.rules(presentity.uri()),
        result -> {
          presentity.unpin();
          final Optional<Known> fetched = fetched(cell, epoch, now, result);
          if (cell.epoch == epoch) {
            // else somebody has asked for newer ones, and who waits hears those
            hear(cell, fetched);
          }
          done.accept(fetched);
        });
  }

  private static Optional<Known> fetched(
      final RulesCell cell,
      final int epoch,
      final long since,
      final PackageCode.Result<Optional<Rules>> result) {
    if (!(result instanceof PackageCode.Result.Made<Optional<Rules>> made)) {
      return Optional.empty();
    }
    if (made.value().isPresent() && made.value().get() instanceof LastRules last) {
      if (cell.epoch == epoch) {
        cell.last = Optional.of(new Known(Optional.of(last.ruleset())));
        cell.lastUntilMillis = since + PresenceLimits.RULES_MILLIS;
      }
      return Optional.empty();
    }
    final Optional<Known> known = Optional.of(new Known(made.value()));
    if (cell.epoch == epoch) {
      cell.known = known;
      cell.sinceMillis = since;
      cell.last = known;
      cell.lastUntilMillis = Long.MIN_VALUE;
    }
    return known;
  }
}
