// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.PendingReply;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.storage.Change;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ends calls that change something: where there are tables the reply leaves when they have it, and
 * until then nobody is shown it; else at once. Engine thread only.
 */
final class Acknowledgement {
  private final PaBackup backup;

  Acknowledgement(final PaBackup backup) {
    this.backup = backup;
  }

  /**
   * What is to be done.
   *
   * @param apply does it in memory
   * @param then requests that follow the reply, asked for after {@code apply}
   * @param undo the peer was told that it has failed after all
   */
  record Deed(
      List<Change> changes,
      Runnable apply,
      SipReply reply,
      Supplier<List<Outgoing>> then,
      Runnable undo) {}

  void acknowledge(final Call call, final Presentity presentity, final Deed deed) {
    if (!backup.kept()) {
      deed.apply().run();
      call.answer(new Answer(1, Optional.of(deed.reply()), Optional.empty(), deed.then().get()));
      return;
    }
    final PendingReply pending = call.hold(1, Optional.empty());
    presentity.begin();
    backup.store(
        deed.changes(),
        stored -> {
          if (stored) {
            deed.apply().run();
            pending.reply(
                deed.reply(),
                deed.then().get(),
                delivery -> {
                  if (delivery != PendingReply.Delivery.SENT) {
                    deed.undo().run();
                  }
                });
          } else {
            pending.busy();
          }
          presentity.end();
        });
  }
}
