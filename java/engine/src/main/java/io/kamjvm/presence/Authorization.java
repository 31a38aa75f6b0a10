// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.Consumer;

/** Whether a watcher may see a presentity (spec presence 9). Engine thread only. */
interface Authorization {

  /**
   * What was decided.
   *
   * @param status as in {@code active_watchers.status}
   * @param reason empty string if none
   */
  record Verdict(int status, String reason) {
    static final Verdict ACTIVE = new Verdict(Subscription.ACTIVE, "");
  }

  /** Who asks for what. */
  record Watcher(Presentity presentity, String user, String domain) {}

  /** Everybody is active. */
  Authorization EVERYBODY =
      new Authorization() {
        @Override
        public void decide(final Watcher watcher, final Consumer<Optional<Verdict>> decided) {
          decided.accept(Optional.of(Verdict.ACTIVE));
        }

        @Override
        public void recheck(final Subscription subscription, final int epoch) {
          // nothing ever changes
        }

        @Override
        public void reevaluate(final Presentity presentity, final Consumer<Boolean> done) {
          done.accept(false);
        }
      };

  /**
   * Decides about the watcher of a new subscription.
   *
   * @param decided hears it, within this call or in a later turn; empty when it can not be decided
   *     (database or package do not answer): the busy answer
   */
  void decide(Watcher watcher, Consumer<Optional<Verdict>> decided);

  /**
   * A subscription has become live that was decided about when the rules' epoch was this: if they
   * have changed since, it is decided about again.
   */
  void recheck(Subscription subscription, int epoch);

  /**
   * The rules have changed: all about whom was decided are decided about again, and those to whom
   * it makes a difference are told.
   *
   * @param done hears whether that worked; false when there are no rules
   */
  void reevaluate(Presentity presentity, Consumer<Boolean> done);

  /** As above, where nobody waits for it. */
  default void reevaluate(final Presentity presentity) {
    reevaluate(presentity, done -> {});
  }
}
