// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.rules.Handling;
import io.kamjvm.eventpackage.rules.PresenceFilter;
import io.kamjvm.eventpackage.rules.PresenceRules;
import io.kamjvm.eventpackage.rules.Rule;
import io.kamjvm.eventpackage.rules.Ruleset;
import io.kamjvm.eventpackage.rules.SharedViews;
import io.kamjvm.eventpackage.rules.Situation;
import io.kamjvm.eventpackage.rules.UnusableRulesException;
import io.kamjvm.eventpackage.rules.WatcherIdentity;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Who may see which part of a presence document (spec event-packages 2.12 and 2.13). Thread-safe.
 */
public final class PidfAuthority {
  private static final byte[] NOTHING = {};

  private final Supplier<PresenceRules> source;
  private final Verdict dropped;
  private final LongSupplier epochSeconds;
  private final SharedViews views = new SharedViews(new PresenceFilter()::apply);

  /**
   * @param source where rules come from; asked when rules are
   * @param droppedReason why the subscription of somebody ends whom no rule names any more ({@code
   *     xcapauth_userdel_reason})
   * @param epochSeconds the time
   */
  public PidfAuthority(
      final Supplier<PresenceRules> source,
      final String droppedReason,
      final LongSupplier epochSeconds) {
    this.source = source;
    this.dropped = Verdict.block(droppedReason);
    this.epochSeconds = epochSeconds;
  }

  Optional<Rules> rules(final String presentity) throws Exception {
    return source.get().of(presentity);
  }

  Optional<byte[]> hardState(final String document) throws Exception {
    return source.get().hardState(document);
  }

  Verdict authorize(final Watcher watcher) {
    final Optional<Rule> rule = rule(watcher);
    if (rule.isEmpty()) {
      return wasLetIn(watcher) ? dropped : Verdict.UNDECIDED;
    }
    return switch (rule.get().handling()) {
      case ALLOW -> Verdict.ALLOW;
      case POLITE_BLOCK -> Verdict.POLITE_BLOCK;
      case CONFIRM -> Verdict.CONFIRM;
      case BLOCK -> Verdict.BLOCK;
      case UNKNOWN ->
          throw new UnusableRulesException(
              "sub-handling of rule '"
                  + rule.get().id()
                  + "' of "
                  + watcher.presentity()
                  + " is none");
    };
  }

  /** Whoever was decided about before and is not waiting; who is blocked stays so. */
  private static boolean wasLetIn(final Watcher watcher) {
    return watcher.verdict().filter(v -> v.kind() != Verdict.Kind.CONFIRM).isPresent();
  }

  /**
   * Who was decided about sees something only as long as the rules still let it in: they change
   * with time, with the presentity's sphere, and may be gone, without anybody having said so.
   */
  byte[] view(final byte[] state, final Watcher watcher) {
    final Optional<Rule> rule;
    try {
      rule = rule(watcher);
    } catch (final UnusableRulesException e) {
      return NOTHING;
    }
    if (watcher.verdict().isPresent()
        && rule.filter(r -> r.handling() == Handling.ALLOW).isEmpty()) {
      return NOTHING;
    }
    return rule.isEmpty() ? state : views.of(state, rule.get().transformations());
  }

  private Optional<Rule> rule(final Watcher watcher) {
    if (watcher.rules().isPresent() && watcher.rules().get() instanceof Ruleset ruleset) {
      return ruleset.first(
          new Situation(
              WatcherIdentity.of(watcher.uri()),
              watcher.sphere(),
              Instant.ofEpochSecond(epochSeconds.getAsLong())));
    }
    return Optional.empty();
  }
}
