// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.RehearsalFrame;
import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.TimerWheel;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The whole way of a call, on a frame that nobody else sees: what a worker would carry out is said
 * to have been carried out. Touches nothing shared, and leaves nothing behind but loaded and
 * compiled code. The thread that uses it is its engine thread.
 */
public final class Rehearsal implements Executor {
  private static final int EPOCH = 1;
  private static final int FR_TIMER_MILLIS = 30_000;
  private static final int EVENT_BYTES = 256;

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final RehearsalFrame frame = new RehearsalFrame();
  private final TimerWheel timers;
  private final Couriers couriers;
  private final Calls calls;
  private final EventDispatch events;
  private Consumer<TlvWriter> request = fields -> {};
  private int generation;

  /**
   * @param functions what can be called
   */
  public Rehearsal(final EngineClock clock, final Functions functions) {
    timers = new TimerWheel(clock);
    final CommandIds ids = new CommandIds();
    final Lane nowhere = new Lane(List.of(), 0, 0);
    final LocationMirror location = new LocationMirror(Optional.empty());
    couriers =
        new Couriers(
            nowhere, nowhere, location, ids, timers, this, clock::monotonicMillis, FR_TIMER_MILLIS);
    final Replies replies = new Replies(nowhere, ids, timers, this, 0);
    calls =
        new Calls(
            index -> frame.call(generation, EPOCH, request),
            EPOCH,
            functions,
            couriers,
            replies,
            this);
    events =
        new EventDispatch(
            calls,
            couriers,
            replies,
            location,
            new LocationReader(location, nowhere, ids, timers, this, () -> false, () -> 0));
  }

  @Override
  public void execute(final Runnable task) {
    tasks.add(task);
  }

  /** Its Kamailio; what is sent outside a call fails. */
  public Kamailio kamailio() {
    return couriers;
  }

  /** Its timers; they never run. */
  public Timers timers() {
    return timers;
  }

  /**
   * Plays one call and what follows from it.
   *
   * @return requests that the worker would have sent
   */
  public int call(final Consumer<TlvWriter> fields) {
    request = fields;
    generation++;
    events.called(0, generation);
    final List<Long> commands = new ArrayList<>(1);
    final List<Long> marks = new ArrayList<>(1);
    read(frame.response(), commands, marks);
    for (final long id : commands) {
      events.sent(
          id,
          event(
              result -> {
                result.integer(T_STATUS, STATUS_SENT);
                result.integer(T_CSEQ, 1);
                result.integer(T_MICROS, 1);
              }));
      events.completed(
          id,
          event(
              result -> {
                result.integer(T_CODE, 200);
                result.string(T_TEXT, "OK");
              }));
    }
    for (final long id : marks) {
      events.replied(id, event(result -> result.integer(T_STATUS, REPLIED_SENT)));
    }
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    return commands.size();
  }

  private static void read(
      final TlvReader answer, final List<Long> commands, final List<Long> marks) {
    while (answer.next()) {
      if (answer.tag() == T_AFTER_REPLY) {
        marks.add(answer.integer());
      } else if (answer.tag() == T_COMMAND) {
        final TlvReader command = answer.nested();
        while (command.next()) {
          if (command.tag() == T_ID) {
            commands.add(command.integer());
          }
        }
      }
    }
  }

  private static TlvReader event(final Consumer<TlvWriter> content) {
    return RehearsalFrame.fields(EVENT_BYTES, content);
  }
}
