// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** Runs many seeds and tells of the first that fails so that somebody can work on it. */
final class Seeds {
  private static final int SHOWN = 80;

  private final int steps;
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder notified = new LongAdder();
  private final LongAdder restarts = new LongAdder();
  private final LongAdder compared = new LongAdder();

  Seeds(final int steps) {
    this.steps = steps;
  }

  /** Runs {@code many} seeds from {@code first} on, the storage modes in turn. */
  void run(final long first, final int many) {
    final List<Storage> modes = Storage.ALL;
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
      throw new AssertionError(explained(scenario, e), e);
    }
    acknowledged.add(bystander.acknowledged);
    refused.add(bystander.refused);
    notified.add(bystander.notified);
    restarts.add(bystander.restarts);
    compared.add(bystander.compared);
  }

  /** Runs one and tells all that happens. */
  static String story(final Scenario scenario) {
    final Simulation simulation = new Simulation(scenario, true, false);
    String end = "nothing to object to";
    try {
      simulation.run();
    } catch (final AssertionError | RuntimeException e) {
      end = e.toString();
    }
    return String.join("\n", simulation.trace()) + "\n" + end;
  }

  /** Finds the shortest run of this seed that fails, and its last steps. */
  private static String explained(final Scenario scenario, final Throwable failure) {
    for (int steps = 0; steps <= scenario.steps(); steps++) {
      final Scenario shorter = scenario.steps(steps);
      final Simulation again = new Simulation(shorter, true, false);
      try {
        again.run();
      } catch (final AssertionError | RuntimeException e) {
        final List<String> trace = again.trace();
        return e
            + "\n"
            + shorter.replay()
            + "\n"
            + String.join("\n", trace.subList(Math.max(0, trace.size() - SHOWN), trace.size()));
      }
    }
    return scenario.name() + " failed once and not again, it is not deterministic: " + failure;
  }

  /** What the seeds have come to. */
  @Override
  public String toString() {
    return acknowledged
        + " requests acknowledged, "
        + refused
        + " refused, "
        + notified
        + " NOTIFYs, "
        + restarts
        + " restarts, "
        + compared
        + " watchers compared in the end";
  }

  /** Whether the seeds have been worth running. */
  boolean telling() {
    return acknowledged.sum() > 0
        && refused.sum() > 0
        && restarts.sum() > 0
        && compared.sum() > restarts.sum() / 4;
  }
}
