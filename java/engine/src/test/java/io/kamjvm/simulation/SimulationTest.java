// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.ops.KamailioLoggerFactory;
import io.kamjvm.ops.LogSink;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * The whole server under virtual time, thousands of times. A seed that fails prints the line that
 * replays it, cut to the shortest run that fails.
 */
class SimulationTest {
  private static final int STEPS = 200;
  private static final int SEEDS = 2_000;
  private static final int NEW_SEEDS = 200;
  private static final int ALIKE_SEEDS = 30;

  /** What {@code KAMJVM_SEED} (or {@code -Dkamjvm.seed}) asks to be replayed. */
  private static Optional<Scenario> asked() {
    return Optional.ofNullable(System.getProperty("kamjvm.seed", System.getenv("KAMJVM_SEED")))
        .map(Scenario::parse);
  }

  /** Exceptions that the engine has caught and gone on after. */
  private static final Queue<String> CAUGHT = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void quiet() {
    log(
        (level, facility, line) -> {
          if (line.contains("Exception") || line.contains("StackOverflow")) {
            CAUGHT.add(line);
          }
        });
  }

  @AfterAll
  static void loud() {
    log((level, facility, line) -> System.err.println(line));
  }

  private static void log(final LogSink sink) {
    ((KamailioLoggerFactory) LoggerFactory.getILoggerFactory()).connect(sink, LogSink.INFO);
  }

  @Test
  @DisplayName("2,000 seeds of 200 steps in all storage modes, and 200 new ones")
  void seeds() {
    if (asked().isPresent()) {
      System.out.println(Seeds.story(asked().get()));
      new Seeds(STEPS).run(asked().get());
      return;
    }
    final long began = System.nanoTime();
    final Seeds seeds = new Seeds(STEPS);
    seeds.run(0, SEEDS);
    final long base = ThreadLocalRandom.current().nextLong(SEEDS, 1L << 40);
    System.out.println("simulation: new seeds from " + base);
    seeds.run(base, NEW_SEEDS);
    System.out.println(
        "simulation: " + seeds + ", " + (System.nanoTime() - began) / 1_000_000 + " ms");
    assertThat(seeds.telling()).isTrue();
    assertThat(CAUGHT).isEmpty();
  }

  @Test
  @DisplayName("the same seed runs the same way")
  void deterministic() {
    final Scenario scenario = Scenario.of(new Storage(1, 2), 7, STEPS);
    assertThat(Seeds.story(scenario)).isEqualTo(Seeds.story(scenario));
  }

  @Test
  @DisplayName("without faults peers see the same in every storage mode")
  void modesAreAlike() {
    LongStream.range(0, ALIKE_SEEDS)
        .parallel()
        .forEach(
            seed -> {
              final List<List<String>> first = seen(Storage.ALL.get(0), seed);
              assertThat(first).hasSize(STEPS + 1);
              for (final Storage storage : Storage.ALL) {
                assertThat(seen(storage, seed))
                    .as("seed %d, publ_cache.subs_db_mode %s", seed, storage)
                    .isEqualTo(first);
              }
            });
  }

  private static List<List<String>> seen(final Storage storage, final long seed) {
    final Scenario scenario = Scenario.of(storage, seed, STEPS).withoutFaults();
    return new Simulation(scenario, false, true).run().seen();
  }

  @ParameterizedTest
  @EnumSource(value = Mutation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  @DisplayName("it objects when the doubles are made to lie")
  void canFail(final Mutation mutation) {
    assertThatThrownBy(
            () ->
                LongStream.range(0, 120)
                    .mapToObj(seed -> Scenario.of(new Storage(1, 1), seed, STEPS).with(mutation))
                    .forEach(new Seeds(STEPS)::run))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("replay: KAMJVM_SEED=1.1.");
  }
}
