// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.RequestListener;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Couriers, tm and the watchers' user agents: what becomes of each NOTIFY. */
final class Network {
  private static final long FR_TIMER_MILLIS = 30_000;
  private static final long WATCHDOG_MILLIS = 35_000;

  /** A send that fails is tried again so often; one more, and the watcher is given up. */
  private static final int FAILURES = 3;

  private final VirtualTime time;
  private final Dice dice;
  private final Bystander bystander;
  private final Mutation mutation;
  private final Map<String, Dialog> dialogs = new LinkedHashMap<>();

  /** How much goes wrong, from 0 to 1. */
  double trouble;

  Network(
      final VirtualTime time, final Dice dice, final Bystander bystander, final Mutation mutation) {
    this.time = time;
    this.dice = dice;
    this.bystander = bystander;
    this.mutation = mutation;
  }

  void add(final Dialog dialog) {
    dialogs.put(dialog.callId, dialog);
  }

  Collection<Dialog> dialogs() {
    return dialogs.values();
  }

  /** A NOTIFY is handed over by this engine. */
  void arrive(final Outgoing outgoing, final EngineLife life) {
    final Dialog dialog = dialogs.get(outgoing.request().callId());
    bystander.check(dialog != null, () -> "a NOTIFY in an unknown dialog: " + outgoing.request());
    final RequestListener listener = outgoing.listener();
    final long cseq = outgoing.request().lastCseq() + 1;
    if (mutation == Mutation.LOSE_NOTIFY && dice.chance(0.1)) {
      life.hears(() -> listener.completed(200, "OK"));
      return;
    }
    dialog.notified(outgoing.request(), life);
    if (mutation == Mutation.HASTY_ANSWER && dice.chance(0.1)) {
      life.hears(() -> listener.completed(200, "OK"));
      return;
    }
    final long remoteCseq = dialog.knownCseq();
    if (dialog.failures < FAILURES && dice.chance(trouble * 0.08)) {
      dialog.failures++;
      fail(dialog, life, listener);
      return;
    }
    dialog.failures = 0;
    if (!dialog.watcherinfo && dice.chance(trouble * 0.02)) {
      bystander.note(() -> "the script drops it");
      after(dice.between(0, 50), life, dialog::unanswered, listener::dropped);
      return;
    }
    answer(dialog, life, listener, cseq, code(dialog), remoteCseq);
  }

  private void fail(final Dialog dialog, final EngineLife life, final RequestListener listener) {
    if (dice.chance(0.7)) {
      after(
          dice.between(0, 50),
          life,
          dialog::unanswered,
          () -> {
            bystander.note(() -> "NOTIFY in " + dialog + " can not be sent");
            listener.failed("no route");
          });
    } else {
      after(
          WATCHDOG_MILLIS,
          life,
          dialog::unanswered,
          () -> {
            bystander.note(() -> "NOTIFY in " + dialog + " is lost");
            listener.lost();
          });
    }
  }

  private int code(final Dialog dialog) {
    if (dice.chance(trouble * 0.06)) {
      return 408;
    } else if (dice.chance(trouble * 0.04)) {
      return dice.chance(0.5) ? 481 : 404;
    } else if (dice.chance(trouble * 0.05)) {
      return dice.chance(0.5) ? 503 : 603;
    }
    return 200;
  }

  private void answer(
      final Dialog dialog,
      final EngineLife life,
      final RequestListener listener,
      final long cseq,
      final int code,
      final long remoteCseq) {
    final boolean late = dice.chance(trouble * 0.2);
    final long delay =
        code == 408
            ? FR_TIMER_MILLIS
            : late ? dice.between(500, 20_000) : trouble > 0 ? dice.between(0, 300) : 0;
    // the courier's report of the sending may come after tm's of the answer
    final long sent = trouble > 0 ? dice.between(0, 20) : 0;
    final long micros = dice.chance(trouble * 0.05) ? 50_000 : 100;
    time.after(sent, () -> life.hears(() -> listener.sent(cseq, micros)));
    after(
        delay,
        life,
        () -> dialog.answered(code, remoteCseq),
        () -> {
          if (code != 200) {
            bystander.note(() -> "NOTIFY " + cseq + " in " + dialog + " is answered " + code);
          }
          listener.completed(code, "");
        });
  }

  private void after(
      final long delay, final EngineLife life, final Runnable first, final Runnable then) {
    time.after(
        delay,
        () ->
            life.hears(
                () -> {
                  first.run();
                  then.run();
                }));
  }
}
