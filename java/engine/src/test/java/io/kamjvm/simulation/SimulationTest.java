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

  /** How often all of that. */
  private static final int TIMES = "yes".equals(System.getProperty("kamjvm.full")) ? 10 : 1;

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
      replay(asked().get());
      return;
    }
    final long began = System.nanoTime();
    final Seeds seeds = new Seeds(STEPS);
    seeds.run(0, TIMES * SEEDS);
    final long base = ThreadLocalRandom.current().nextLong(TIMES * SEEDS, 1L << 40);
    System.out.println("simulation: new seeds from " + base);
    seeds.run(base, TIMES * NEW_SEEDS);
    System.out.println(
        "simulation: " + seeds + ", " + (System.nanoTime() - began) / 1_000_000 + " ms");
    assertThat(seeds.telling()).isTrue();
    assertThat(CAUGHT).isEmpty();
  }

  private static void replay(final Scenario scenario) {
    System.out.println(Seeds.story(scenario));
    new Seeds(STEPS).run(scenario);
    if (!scenario.faults()) {
      sees(scenario, seen(scenario.in(Storage.ALL.get(0))));
    }
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
    LongStream.range(0, TIMES * ALIKE_SEEDS)
        .parallel()
        .forEach(
            seed -> {
              final Scenario first = Scenario.of(Storage.ALL.get(0), seed, STEPS).withoutFaults();
              final List<List<String>> seen = seen(first);
              assertThat(seen).hasSize(STEPS + 1);
              Storage.ALL.forEach(storage -> sees(first.in(storage), seen));
            });
  }

  private static void sees(final Scenario scenario, final List<List<String>> seen) {
    assertThat(seen(scenario)).as(scenario.replay()).isEqualTo(seen);
  }

  private static List<List<String>> seen(final Scenario scenario) {
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
