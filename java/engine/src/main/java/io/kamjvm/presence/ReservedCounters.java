// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.function.Consumer;

/**
 * Where the server's own memory is the truth, the turn is always ours; but a dialog that was read
 * from the table goes on above whatever a Kamailio that died may have counted, and the table has to
 * say so before the first NOTIFY counts from there: a second death would else make the next one
 * count the same again. Only dialogs in which something is sent cost a write: a start does not
 * touch the others' rows.
 */
record ReservedCounters(WriteBack rows) implements NotifyTurns {

  @Override
  public boolean immediate(final Subscription subscription) {
    return !subscription.unreserved();
  }

  @Override
  public void take(final Subscription subscription, final Consumer<Boolean> taken) {
    rows.reserve(
        subscription,
        () -> {
          subscription.reserved();
          // no turn: what waits by then is looked for anew
          taken.accept(false);
        });
  }
}
