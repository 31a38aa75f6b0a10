// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.Consumer;

/** Whether a watcher may see a presentity (spec presence 9.2). Engine thread only. */
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

  /** Everybody is active. */
  Authorization EVERYBODY = (watcher, decided) -> decided.accept(Optional.of(Verdict.ACTIVE));

  /** Who asks for what. */
  record Watcher(Presentity presentity, String user, String domain) {}

  /**
   * Decides about the watcher of a new subscription.
   *
   * @param decided hears it, within this call or in a later turn; empty when it can not be decided
   *     (database or package do not answer): the busy answer
   */
  void decide(Watcher watcher, Consumer<Optional<Verdict>> decided);

  /**
   * The presentity's sphere has changed: rules that speak of spheres decide anew about everybody
   * who watches it (spec presence 6.8, 9.3). What comes of it is told in later turns.
   */
  default void reevaluate(final Presentity presentity) {}
}
