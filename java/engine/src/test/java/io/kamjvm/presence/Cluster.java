// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.List;
import java.util.function.Consumer;

/** Two servers on the same tables, with the same user agents. */
final class Cluster {
  private static final long STEP_MILLIS = 10;

  final FakeStore store = new FakeStore();
  final World one = new World(store);
  final World other = new World(store);

  Cluster(final Consumer<World> settings) {
    other.peers.sameAs(one.peers);
    for (final World world : List.of(one, other)) {
      world.epoch = world == one ? 1 : 2;
      settings.accept(world);
      world.start();
    }
  }

  /** Lets both go on until neither has anything to do. */
  void settle() {
    while (!one.tasks.isEmpty() || !other.tasks.isEmpty()) {
      one.settle();
      other.settle();
    }
  }

  /** As that, task by task in turns, so that their work interleaves. */
  void interleave() {
    while (!one.tasks.isEmpty() || !other.tasks.isEmpty()) {
      for (final World world : List.of(one, other)) {
        if (!world.tasks.isEmpty()) {
          world.tasks.poll().run();
        }
      }
    }
  }

  void advance(final long seconds) {
    for (long millis = 0; millis < seconds * 1000; millis += STEP_MILLIS) {
      one.advanceMillis(STEP_MILLIS);
      other.advanceMillis(STEP_MILLIS);
      settle();
    }
  }

  /** NOTIFYs that have arrived, whoever sent them. */
  int notifies() {
    return one.peers.notifies.size() + other.peers.notifies.size();
  }
}
