// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.time.Timers;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a courier read the location table, part by part, when the engine starts and whenever changes
 * were lost. Engine thread only.
 */
final class LocationReader {
  private static final Logger LOG = LoggerFactory.getLogger(LocationReader.class);

  /** Parts in which the table is read; usrloc takes a slot's number modulo this. */
  private static final int PAGES = 64;

  private static final long AGAIN_MILLIS = 1_000;
  private static final long WATCHDOG_MILLIS = 120_000;

  private final LocationMirror mirror;
  private final Lane lane;
  private final CommandIds ids;
  private final Timers timers;
  private final Executor engine;
  private final BooleanSupplier loaded;
  private final LongSupplier lost;
  private boolean busy;
  private boolean everRead;
  private long known;
  private long pending;
  private int page;
  private Runnable credit = () -> {};
  private Timers.Timer watchdog = () -> {};

  /**
   * @param lane couriers that may block
   * @param loaded whether usrloc has read its own database
   * @param lost counts changes that were not told
   */
  LocationReader(
      final LocationMirror mirror,
      final Lane lane,
      final CommandIds ids,
      final Timers timers,
      final Executor engine,
      final BooleanSupplier loaded,
      final LongSupplier lost) {
    this.mirror = mirror;
    this.lane = lane;
    this.ids = ids;
    this.timers = timers;
    this.engine = engine;
    this.loaded = loaded;
    this.lost = lost;
  }

  /** Starts to read if there is reason to. */
  void onBeat() {
    if (busy || !mirror.wanted() || everRead && lost.getAsLong() == known) {
      return;
    }
    if (!loaded.getAsBoolean()) {
      return;
    }
    if (!mirror.whole()) {
      // what was lost is told with the next change of its AOR
      known = lost.getAsLong();
      if (!everRead) {
        everRead = true;
        mirror.end();
      }
      return;
    }
    if (everRead) {
      LOG.warn("changes of the location table were lost: it is read again");
    }
    busy = true;
    known = lost.getAsLong();
    page = 0;
    mirror.begin();
    next();
  }

  private void next() {
    pending = ids.next();
    watchdog = timers.schedule(WATCHDOG_MILLIS, () -> failed("no answer"));
    if (!lane.offer(new Read(pending, page))) {
      failed("too much waits for a courier");
    }
  }

  /** {@code KW_EV_USRLOC_READ}. */
  void read(final long id, final TlvReader fields) {
    long status = -1;
    while (fields.next()) {
      if (fields.tag() == T_STATUS) {
        status = fields.integer();
      }
    }
    if (id != pending) {
      LOG.debug("a part of the location table was read that nobody waits for");
      return;
    }
    settle();
    if (status < 0) {
      failed("usrloc does not give it");
    } else if (++page < PAGES) {
      next();
    } else {
      sweep(0);
    }
  }

  private void settle() {
    pending = 0;
    watchdog.cancel();
    credit.run();
    credit = () -> {};
  }

  private void sweep(final int part) {
    if (part < LocationMirror.PARTS) {
      mirror.sweep(part);
      engine.execute(() -> sweep(part + 1));
      return;
    }
    everRead = true;
    // whatever was lost meanwhile is looked for a little later, not at once again
    timers.schedule(AGAIN_MILLIS, () -> busy = false);
    mirror.end();
  }

  private void failed(final String why) {
    LOG.error("the location table can not be read: {}; tried again", why);
    settle();
    timers.schedule(AGAIN_MILLIS, this::again);
  }

  private void again() {
    everRead = false;
    busy = false;
  }

  private final class Read implements Lane.Command {
    private final long id;
    private final int part;

    Read(final long id, final int part) {
      this.id = id;
      this.part = part;
    }

    @Override
    public int type() {
      return CMD_USRLOC_READ;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public void encode(final TlvWriter fields) {
      fields.integer(T_UL_PAGE, part);
      fields.integer(T_UL_PAGES, PAGES);
    }

    @Override
    public void handedOver(final Runnable given) {
      if (id == pending) {
        credit = given;
      } else {
        given.run();
      }
    }

    @Override
    public void tooLong() {
      failed("the command is too long");
    }
  }
}
