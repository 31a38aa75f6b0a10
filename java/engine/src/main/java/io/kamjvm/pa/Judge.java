// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.function.Consumer;

/** Decides who may watch whom (spec pa 1.15). Engine thread only. */
interface Judge {

  /**
   * Judges.
   *
   * @param watcher the watcher's URI
   * @param then told at once or in a later turn, once
   */
  void judge(Presentity presentity, String watcher, Consumer<Verdict> then);

  /** Everybody gets the same. */
  static Judge always(final Verdict verdict) {
    return (presentity, watcher, then) -> then.accept(verdict);
  }

  /** Nobody but the presentity itself. */
  static Judge self() {
    return (presentity, watcher, then) ->
        then.accept(watcher.equals(presentity.address().uri()) ? Verdict.ACTIVE : Verdict.REJECTED);
  }
}
