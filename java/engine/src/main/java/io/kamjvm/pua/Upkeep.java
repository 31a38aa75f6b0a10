// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.PuaRow;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Refreshes records before they expire and removes those that have.
 *
 * <p>Each record has a timer of its own. It is refreshed at a random moment of the last {@code
 * update_period} of its life (of the last half, if it lives shorter), so records that were made
 * together are refreshed apart; and at a bounded rate. Where the table is the truth, a pass looks
 * for what expires soon instead. Engine thread only.
 */
final class Upkeep {
  /** A record is kept for so long after its expiry, seconds. */
  static final long GRACE = 10;

  /** Added to {@code update_period} while this server refreshes a row, seconds: longer than tm. */
  private static final long CLAIM = 40;

  private static final long PASS_LEAD = 5;

  private final PuaParameters parameters;
  private final Records records;
  private final RefreshPace pace;
  private final EngineClock clock;
  private final Timers timers;
  private final SplittableRandom random;
  private Consumer<PuaRecord> refresh = record -> {};
  private Consumer<Long> sweep = before -> {};

  Upkeep(final ModuleContext context, final PuaParameters parameters, final Records records) {
    this.parameters = parameters;
    this.records = records;
    this.clock = context.clock();
    this.timers = context.timers();
    this.pace = new RefreshPace(timers);
    this.random = new SplittableRandom(31 * context.facts().startTime() + context.facts().epoch());
  }

  /**
   * Begins.
   *
   * @param refreshing sends a refresh; the record is not busy
   * @param sweeping removes rows that have expired before that
   */
  void begin(final Consumer<PuaRecord> refreshing, final Consumer<Long> sweeping) {
    refresh = refreshing;
    sweep = sweeping;
    if (parameters.updatePeriod() > 0) {
      timers.schedule(1_000 * parameters.updatePeriod(), this::sweep);
      if (parameters.tableOnly()) {
        pass();
      }
    }
  }

  private void sweep() {
    sweep.accept(clock.epochSeconds() - GRACE);
    timers.schedule(1_000 * parameters.updatePeriod(), this::sweep);
  }

  private void pass() {
    final long millis = 1_000 * (parameters.updatePeriod() - PASS_LEAD);
    records.expiring(
        clock.epochSeconds() + parameters.updatePeriod(),
        found ->
            found.forEach(
                r -> r.timer = timers.schedule(random.nextLong(millis / 2 + 1), () -> claim(r))));
    timers.schedule(millis, this::pass);
  }

  private void claim(final PuaRecord record) {
    if (!wantsRefresh(record.row)) {
      return;
    }
    record.busy = true;
    records.claim(
        record,
        clock.epochSeconds() + parameters.updatePeriod() + CLAIM,
        claimed -> {
          record.busy = false;
          if (claimed) {
            pace.run(() -> due(record));
          }
        });
  }

  /** One pass over all that expires within {@code update_period}, as commanded. */
  void pass(final Runnable done) {
    records.expiring(
        clock.epochSeconds() + parameters.updatePeriod(),
        found -> {
          found.forEach(r -> pace.run(() -> now(r)));
          sweep.accept(clock.epochSeconds() - GRACE);
          done.run();
        });
  }

  private void now(final PuaRecord record) {
    if (wantsRefresh(record.row) && !parameters.tableOnly()) {
      due(record);
    } else if (wantsRefresh(record.row)) {
      claim(record);
    } else {
      dropIfOver(record);
    }
  }

  /** The record has changed, or is known from now on: what comes next is planned. */
  void plan(final PuaRecord record) {
    record.timer.cancel();
    if (parameters.updatePeriod() == 0 || parameters.tableOnly() || record.gone) {
      return;
    }
    if (wantsRefresh(record.row)) {
      schedule(record, untilRefresh(record.row), () -> pace.run(() -> due(record)));
    } else {
      planEnd(record);
    }
  }

  /** A refresh was not answered: it is tried again while the record lives. */
  void planAgain(final PuaRecord record) {
    record.timer.cancel();
    if (parameters.updatePeriod() == 0 || parameters.tableOnly() || record.gone) {
      return;
    }
    final long left = record.row.expires() - clock.epochSeconds();
    if (left + GRACE <= 0) {
      planEnd(record);
      return;
    }
    final long pass = parameters.updatePeriod() - PASS_LEAD;
    final long wait = Math.max(1, left > 2 ? Math.min(pass, left - 1) : Math.min(pass, 2));
    planAgain(record, 1_000 * wait);
  }

  /** A refresh is to be tried again after so long, if the record lives. */
  void planAgain(final PuaRecord record, final long millis) {
    record.timer.cancel();
    schedule(
        record,
        millis * 3 / 4 + random.nextLong(millis / 4 + 1),
        () -> {
          if (record.row.expires() + GRACE <= clock.epochSeconds()) {
            dropIfOver(record);
          } else {
            pace.run(() -> due(record));
          }
        });
  }

  /** It is refreshed at the pace of refreshes, however long it still lives. */
  void refreshSoon(final PuaRecord record) {
    if (!parameters.tableOnly()) {
      pace.run(() -> refreshIfLiving(record));
      return;
    }
    record.busy = true;
    records.claim(
        record,
        clock.epochSeconds() + parameters.updatePeriod() + CLAIM,
        claimed -> {
          record.busy = false;
          if (claimed) {
            pace.run(() -> refreshIfLiving(record));
          }
        });
  }

  private void refreshIfLiving(final PuaRecord record) {
    final long desired = record.row.desiredExpires();
    if (record.established
        && !record.gone
        && !record.busy
        && (desired == 0 || desired > clock.epochSeconds())) {
      refresh.accept(record);
    }
  }

  private void planEnd(final PuaRecord record) {
    final long left = record.row.expires() + GRACE + 1 - clock.epochSeconds();
    schedule(record, 1_000 * Math.max(0, left), () -> dropIfOver(record));
  }

  private void schedule(final PuaRecord record, final long millis, final Runnable task) {
    record.timer = timers.schedule(millis, task);
  }

  /** Milliseconds. */
  private long untilRefresh(final PuaRow row) {
    final long left = 1_000 * (row.expires() - clock.epochSeconds());
    if (left <= 0) {
      return random.nextLong(1_000 * PASS_LEAD);
    }
    final long window = Math.min(1_000 * parameters.updatePeriod(), left / 2);
    return left - window + random.nextLong(window * 3 / 4 + 1);
  }

  private boolean wantsRefresh(final PuaRow row) {
    return (row.desiredExpires() == 0
            || row.desiredExpires() > row.expires() + parameters.minExpires())
        && (row.desiredExpires() == 0 || row.desiredExpires() > clock.epochSeconds());
  }

  private void due(final PuaRecord record) {
    if (record.gone || record.busy) {
      // what is under way plans anew when it ends
      return;
    }
    if (wantsRefresh(record.row)) {
      refresh.accept(record);
    } else {
      planEnd(record);
    }
  }

  private void dropIfOver(final PuaRecord record) {
    if (record.gone || record.busy) {
      return;
    }
    if (record.row.expires() + GRACE < clock.epochSeconds()) {
      records.remove(record);
    } else if (parameters.updatePeriod() > 0 && !parameters.tableOnly()) {
      planEnd(record);
    }
  }
}
