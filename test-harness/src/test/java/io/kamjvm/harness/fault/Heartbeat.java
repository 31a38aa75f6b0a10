// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import io.kamjvm.harness.sip.RawSipPeer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Asks Kamailio with OPTIONS, over and over, whether it still serves. */
final class Heartbeat implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final long PAUSE_MILLIS = 25;

  private final RawSipPeer peer;
  private final Thread thread;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger missed = new AtomicInteger();
  private final AtomicLong worstNanos = new AtomicLong();
  private volatile boolean closed;

  Heartbeat(final int port) {
    this.peer = RawSipPeer.udp(port);
    this.thread = new Thread(this::beat, "heartbeat");
    thread.setDaemon(true);
    thread.start();
  }

  private void beat() {
    while (!closed) {
      final long start = System.nanoTime();
      if (peer.answersOptions(LIMIT)) {
        answered.incrementAndGet();
      } else {
        missed.incrementAndGet();
      }
      worstNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (final InterruptedException e) {
        return;
      }
    }
  }

  /** OPTIONS that were answered. */
  int answered() {
    return answered.get();
  }

  /** OPTIONS without an answer within 2 s. */
  int missed() {
    return missed.get();
  }

  /** The slowest answer, in milliseconds. */
  long worstMillis() {
    return worstNanos.get() / 1_000_000;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(3000);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    peer.close();
  }
}
