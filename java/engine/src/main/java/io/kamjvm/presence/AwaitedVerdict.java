// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A verdict for which a dialog waits, unless it is there at once. Made and used by the dialog's
 * running operation; engine thread only.
 */
final class AwaitedVerdict {
  private final EntityQueue dialog;
  private final Consumer<Optional<Authorization.Verdict>> then;
  private Optional<Optional<Authorization.Verdict>> verdict = Optional.empty();
  private boolean held;

  /**
   * @param then an operation of the dialog
   */
  AwaitedVerdict(final EntityQueue dialog, final Consumer<Optional<Authorization.Verdict>> then) {
    this.dialog = dialog;
    this.then = then;
  }

  /** As {@link Authorization#decide} says. */
  void made(final Optional<Authorization.Verdict> decided) {
    verdict = Optional.of(decided);
    if (held) {
      dialog.next(() -> then.accept(decided));
      dialog.release();
    }
  }

  /** Goes on, or holds the dialog until the verdict is there. */
  void await() {
    if (verdict.isPresent()) {
      then.accept(verdict.get());
    } else {
      held = true;
      dialog.hold();
    }
  }
}
