// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.bridge.CommandRing;
import io.kamjvm.bridge.TlvWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Couriers that do the same work, and the queue in front of them. A command goes to the one with
 * the fewest at hand; when each has as many as its credits allow, or none serves this epoch yet,
 * commands wait here in order.
 */
final class Lane {

  /** A command that waits for its courier. */
  interface Command {
    /** One of {@code Messages.CMD_*}. */
    int type();

    /** Unique in this epoch. */
    long id();

    /** Writes the fields. */
    void encode(TlvWriter fields);

    /** The command is in the courier's ring; {@code credit} is to be run once, when it is done. */
    void handedOver(Runnable credit);

    /** It is longer than a ring can carry. */
    void tooLong();
  }

  private static final class Courier {
    private final CommandRing ring;
    private int atHand;

    Courier(final CommandRing ring) {
      this.ring = ring;
    }
  }

  private final List<Courier> couriers = new ArrayList<>();
  private final Deque<Command> queue = new ArrayDeque<>();
  private final int credits;
  private final int queueLimit;

  Lane(final List<CommandRing> rings, final int credits, final int queueLimit) {
    rings.forEach(ring -> couriers.add(new Courier(ring)));
    this.credits = credits;
    this.queueLimit = queueLimit;
  }

  boolean isEmpty() {
    return couriers.isEmpty();
  }

  /**
   * Hands the command over, now or when there is room.
   *
   * @return false when the queue is full: it was not taken
   */
  boolean offer(final Command command) {
    if (couriers.isEmpty() || queue.size() >= queueLimit) {
      return false;
    }
    queue.addLast(command);
    pump();
    return true;
  }

  /** Hands over what waits, as far as credits and rings allow. */
  void pump() {
    while (!queue.isEmpty()) {
      final Optional<Courier> courier = leastLoaded();
      if (courier.isEmpty() || !handOver(courier.get(), queue.peekFirst())) {
        return;
      }
    }
  }

  /** Commands that wait. */
  int queued() {
    return queue.size();
  }

  /** Takes everything that waits. */
  void drain(final Consumer<Command> consumer) {
    while (!queue.isEmpty()) {
      consumer.accept(queue.removeFirst());
    }
  }

  private Optional<Courier> leastLoaded() {
    Courier best = null;
    for (final Courier courier : couriers) {
      if (courier.atHand < credits
          && (best == null || courier.atHand < best.atHand)
          && courier.ring.ready()) {
        best = courier;
      }
    }
    return Optional.ofNullable(best);
  }

  private boolean handOver(final Courier courier, final Command command) {
    final TlvWriter fields = courier.ring.fields();
    command.encode(fields);
    if (fields.failed()) {
      queue.removeFirst();
      command.tooLong();
      return true;
    }
    if (!courier.ring.write(command.type(), command.id(), fields.length())) {
      return false;
    }
    queue.removeFirst();
    courier.atHand++;
    command.handedOver(new Credit(courier));
    return true;
  }

  private static final class Credit implements Runnable {
    private final Courier courier;
    private boolean given;

    Credit(final Courier courier) {
      this.courier = courier;
    }

    @Override
    public void run() {
      if (!given) {
        given = true;
        courier.atHand--;
      }
    }
  }
}
