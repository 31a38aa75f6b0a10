// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.RegionLayout.LANE_REPLY;
import static io.kamjvm.bridge.RegionLayout.LANE_REQUEST;
import static io.kamjvm.bridge.RegionLayout.LANE_SLOW;

import io.kamjvm.bridge.CommandRing;
import io.kamjvm.bridge.EventSink;
import io.kamjvm.bridge.Region;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The parts of this package put together over one region. */
public final class Link {
  /** No deferral record stays open longer, milliseconds (bridge.md section 6). */
  private static final int LONGEST_DEFERRAL_MILLIS = 30_000;

  private final Calls calls;
  private final Couriers couriers;
  private final Replies replies;
  private final LocationMirror location;
  private final LocationReader reader;

  /**
   * @param functions what can be called; may be filled until the first event is read
   * @param engine runs a task in a later turn of the engine
   */
  public Link(
      final Region region,
      final KamailioConfig config,
      final Functions functions,
      final EngineClock clock,
      final Timers timers,
      final Executor engine) {
    final CommandIds ids = new CommandIds();
    final Lane slow =
        new Lane(rings(region, LANE_SLOW), Limits.SLOW_CREDITS, Limits.QUEUED_REQUESTS);
    location = new LocationMirror(config.location());
    reader =
        new LocationReader(
            location, slow, ids, timers, engine, region::usrlocLoaded, region::usrlocLost);
    couriers =
        new Couriers(
            new Lane(rings(region, LANE_REQUEST), Limits.CREDITS, Limits.QUEUED_REQUESTS),
            slow,
            location,
            ids,
            timers,
            engine,
            clock::monotonicMillis,
            config.frTimerMillis());
    replies =
        new Replies(
            new Lane(rings(region, LANE_REPLY), Limits.REPLY_CREDITS, region.deferralCount()),
            ids,
            timers,
            engine,
            LONGEST_DEFERRAL_MILLIS);
    calls = new Calls(region::frame, region.epoch(), functions, couriers, replies, engine);
  }

  private static List<CommandRing> rings(final Region region, final int lane) {
    final List<CommandRing> rings = new ArrayList<>();
    for (int i = 0; i < region.courierCount(); i++) {
      if (region.courierLane(i) == lane) {
        rings.add(region.courier(i));
      }
    }
    return rings;
  }

  /** Kamailio as modules command it. */
  public Kamailio kamailio() {
    return couriers;
  }

  /** Whether Kamailio's processes are to tell of changes of the location table. */
  public boolean wantsLocation() {
    return location.wanted();
  }

  /** Who hears the events. */
  public EventSink events() {
    return new EventDispatch(calls, couriers, replies, location, reader);
  }

  /** What is to be done about a hundred times per second. */
  public void onBeat() {
    couriers.pump();
    replies.pump();
    calls.reclaim();
    reader.onBeat();
  }

  /** Whether everybody who waits for an answer of the engine has it. */
  public boolean quiet() {
    return replies.waiting() == 0 && calls.open() == 0;
  }
}
