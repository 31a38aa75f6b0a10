// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

/**
 * What a simulation is made of; the same scenario runs the same way, always.
 *
 * @param steps after which everything is brought to rest and looked at
 * @param faults whether anything goes wrong
 */
record Scenario(Storage storage, long seed, int steps, boolean faults, Mutation mutation) {
  private static final String CALM = ".calm";

  static Scenario of(final Storage storage, final long seed, final int steps) {
    return new Scenario(storage, seed, steps, true, Mutation.NONE);
  }

  Scenario in(final Storage other) {
    return new Scenario(other, seed, steps, faults, mutation);
  }

  Scenario steps(final int other) {
    return new Scenario(storage, seed, other, faults, mutation);
  }

  Scenario with(final Mutation other) {
    return new Scenario(storage, seed, steps, faults, other);
  }

  Scenario withoutFaults() {
    return new Scenario(storage, seed, steps, false, mutation);
  }

  /** The form that {@link #parse} reads. */
  String name() {
    return storage + "." + seed + "." + steps + (faults ? "" : CALM);
  }

  /** Runs it again, as somebody would type it. */
  String replay() {
    return "replay: KAMJVM_SEED=" + name() + " ./kamjvm test SimulationTest";
  }

  /**
   * Reads {@code publ_cache.subs_db_mode.seed.steps}, with {@code .calm} behind it for one without
   * faults.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Scenario parse(final String name) {
    final boolean calm = name.endsWith(CALM);
    final String[] parts =
        name.substring(0, name.length() - (calm ? CALM.length() : 0)).split("\\.", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no publ_cache.subs_db_mode.seed.steps");
    }
    final Scenario found =
        of(Storage.parse(parts[0], parts[1]), Long.parseLong(parts[2]), Integer.parseInt(parts[3]));
    return calm ? found.withoutFaults() : found;
  }
}
