// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which PUBLISHes came when. A record is its {@code To}; a transaction is its {@code Via}, so a
 * second one with the same is a retransmission. Any thread.
 */
final class PublishTally {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanos;
  private final List<Long> arrivals = new ArrayList<>();
  private final Set<String> transactions = new HashSet<>();
  private final Set<String> records = new HashSet<>();
  private long retransmissions;

  PublishTally() {
    this(System::nanoTime);
  }

  /** With a clock, which gives nanoseconds and never goes back. */
  PublishTally(final LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized void arrived(final String via, final String to) {
    if (transactions.add(via)) {
      arrivals.add(nanos.getAsLong());
      records.add(to);
    } else {
      retransmissions++;
    }
  }

  /** Different records of which a PUBLISH came. */
  synchronized int records() {
    return records.size();
  }

  /** PUBLISHes that came once more. */
  synchronized long retransmissions() {
    return retransmissions;
  }

  /** From the first PUBLISH to the last, retransmissions apart, in nanoseconds. */
  synchronized long spanNanos() {
    return arrivals.isEmpty() ? 0 : arrivals.get(arrivals.size() - 1) - arrivals.get(0);
  }

  /** The largest number within any one second, retransmissions apart. */
  synchronized int mostInOneSecond() {
    int most = 0;
    int from = 0;
    for (int i = 0; i < arrivals.size(); i++) {
      while (arrivals.get(i) - arrivals.get(from) >= SECOND) {
        from++;
      }
      most = Math.max(most, i - from + 1);
    }
    return most;
  }
}
