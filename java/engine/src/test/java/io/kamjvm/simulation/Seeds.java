// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** Runs many seeds and tells the first that fails so that somebody can work on it. */
final class Seeds {
  private final int steps;
  final LongAdder acknowledged = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder notified = new LongAdder();
  final LongAdder restarts = new LongAdder();
  final LongAdder compared = new LongAdder();

  Seeds(final int steps) {
    this.steps = steps;
  }

  /** Runs {@code many} seeds from {@code first} on, each in one of the storage modes. */
  void run(final List<Storage> modes, final long first, final int many) {
    LongStream.range(first, first + many)
        .parallel()
        .mapToObj(
            seed -> Scenario.of(modes.get((int) Math.floorMod(seed, modes.size())), seed, steps))
        .forEach(this::run);
  }

  /** Runs one. */
  void run(final Scenario scenario) {
    final Bystander bystander;
    try {
      bystander = new Simulation(scenario, false, false).run();
    } catch (final AssertionError | RuntimeException e) {
      throw explained(scenario, e);
    }
    acknowledged.add(bystander.acknowledged);
    refused.add(bystander.refused);
    notified.add(bystander.notified);
    restarts.add(bystander.restarts);
    compared.add(bystander.compared);
  }

  /** Finds the shortest run of this seed that fails and tells its last steps. */
  private static AssertionError explained(final Scenario scenario, final Throwable failure) {
    for (int steps = 0; steps <= scenario.steps(); steps++) {
      final Scenario shorter = scenario.steps(steps);
      final Simulation again = new Simulation(shorter, true, false);
      try {
        again.run();
      } catch (final AssertionError | RuntimeException e) {
        return new AssertionError(
            e.getMessage()
                + "\nreplay: KAMJVM_SEED="
                + shorter.name()
                + " ./kamjvm test SimulationTest\n"
                + String.join("\n", again.trace()),
            e);
      }
    }
    return new AssertionError(
        scenario.name() + " failed once, but not a second time: it is not deterministic", failure);
  }
}
