// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bridge.md section 3: no wake-up is ever lost. */
@Timeout(60)
final class WakeupTest {

  @Test
  @DisplayName("Two processes, two seconds: with the fences no wake-up is lost")
  void noWakeupIsLost() throws IOException {
    try (SharedFile file = SharedFile.create()) {
      final NativeBuild.Outcome outcome = NativeBuild.stress("wake", file.path(), 2000);
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(outcome.number("sleeps")).isGreaterThan(1000);
      assertThat(outcome.number("lost")).isZero();
    }
  }

  @Test
  @DisplayName("The same without the fences loses some: the stress can fail")
  void stressCanFail() throws IOException {
    // One processor has one store buffer: nothing can be seen out of order.
    assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    long lost = 0;
    // On a busy machine the two may hardly ever run at the same time.
    for (int attempt = 0; attempt < 10 && lost == 0; attempt++) {
      try (SharedFile file = SharedFile.create()) {
        final NativeBuild.Outcome outcome =
            NativeBuild.stress(Map.of("KW_STRESS_NO_FENCE", "1"), "wake", file.path(), 500);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        lost = outcome.number("lost");
      }
    }
    assertThat(lost).isPositive();
  }

  @Test
  @DisplayName("A publisher in C wakes a sleeper in Java each time")
  void wakesJava() throws IOException, InterruptedException {
    final int count = 20_000;
    final int flag = 128;
    final int data = 256;
    try (SharedFile file = SharedFile.create()) {
      final UnsafeBuffer memory = new UnsafeBuffer(file.map(4096));
      final AtomicInteger timeouts = new AtomicInteger();
      final Futex futex = countingTimeouts(memory, timeouts);
      final Wakeup wakeup = new Wakeup(memory, flag, futex);
      final Path said = Files.createTempFile("kamjvm-native", ".log");
      final Process process =
          NativeBuild.start(
              Map.of(),
              said,
              NativeBuild.file("kw_stress"),
              "publish",
              file.path(),
              flag,
              data,
              count);
      try {
        for (int seen = 0; seen < count && timeouts.get() < 5; ) {
          final int expected = seen;
          wakeup.sleep(() -> memory.getIntVolatile(data) != expected, TimeUnit.SECONDS.toNanos(2));
          seen = memory.getIntVolatile(data);
          memory.putIntVolatile(data + 4, seen);
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
      } finally {
        process.destroyForcibly().waitFor();
        Files.delete(said);
      }
      assertThat(timeouts).hasValue(0);
      assertThat(memory.getIntVolatile(data)).isEqualTo(count);
    }
  }

  @Test
  @DisplayName("Ringing costs no system call while nobody sleeps, and one when somebody does")
  void ringsOnlySleepers() {
    final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(64));
    final AtomicInteger wakes = new AtomicInteger();
    final Wakeup wakeup =
        new Wakeup(
            memory,
            0,
            new Futex() {
              @Override
              public int await(final long offset, final int expected, final long nanos) {
                throw new AssertionError("there was work");
              }

              @Override
              public int wake(final long offset, final int count) {
                return wakes.incrementAndGet();
              }
            });

    wakeup.ring();
    assertThat(wakes).hasValue(0);
    memory.putInt(0, 1);
    wakeup.ring();
    wakeup.ring();
    assertThat(wakes).hasValue(1);
    wakeup.sleep(() -> true, 1);
    assertThat(memory.getInt(0)).isZero();
  }

  @Test
  @DisplayName("News that can wait ends a sleep and leaves a doze alone; other news ends both")
  void dozes() {
    final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(64));
    final Pointer flag = new Pointer(memory.addressOffset());
    final List<Integer> left = new ArrayList<>();
    final List<Runnable> news =
        List.of(
            () -> Wire.LIBRARY.kw_wake_if_asleep(flag),
            () -> Wire.LIBRARY.kw_wake_if_sleeping(flag),
            new Wakeup(memory, 0, wireFutex(memory))::ring);
    final Futex interrupted =
        new Futex() {
          @Override
          public int await(final long offset, final int expected, final long nanos) {
            for (final Runnable some : news) {
              memory.putInt(0, expected);
              some.run();
              left.add(memory.getInt(0));
            }
            return 0;
          }

          @Override
          public int wake(final long offset, final int count) {
            throw new AssertionError("nobody else rests");
          }
        };
    final Wakeup sleeper = new Wakeup(memory, 0, interrupted);

    sleeper.sleep(() -> false, 1);
    assertThat(left).containsExactly(0, 0, 0);
    left.clear();
    sleeper.doze(() -> false, 1);
    assertThat(left).first().isNotEqualTo(0);
    assertThat(left.subList(1, 3)).containsExactly(0, 0);
    assertThat(memory.getInt(0)).isZero();
  }

  @Test
  @DisplayName("A futex wait returns at once when the word differs, and times out when it does not")
  void futexWait() {
    final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(64));
    final Pointer word = new Pointer(memory.addressOffset());
    memory.putInt(0, 5);

    assertThat(Wire.LIBRARY.kw_futex_wait(word, 4, TimeUnit.MINUTES.toNanos(1))).isZero();
    assertThat(Wire.LIBRARY.kw_futex_wait(word, 5, 0)).isEqualTo(-1);
    assertThat(Wire.LIBRARY.kw_futex_wait(word, 5, 1_000_000)).isEqualTo(-1);
    assertThat(Wire.LIBRARY.kw_futex_wake(word, 1)).isZero();
  }

  private static Futex wireFutex(final UnsafeBuffer memory) {
    return countingTimeouts(memory, new AtomicInteger());
  }

  private static Futex countingTimeouts(final UnsafeBuffer memory, final AtomicInteger timeouts) {
    return new Futex() {
      @Override
      public int await(final long offset, final int expected, final long nanos) {
        final int result = Wire.LIBRARY.kw_futex_wait(word(offset), expected, nanos);
        if (result != 0 && memory.getIntVolatile((int) offset) == expected) {
          timeouts.incrementAndGet();
        }
        return result;
      }

      @Override
      public int wake(final long offset, final int count) {
        return Wire.LIBRARY.kw_futex_wake(word(offset), count);
      }

      private Pointer word(final long offset) {
        return new Pointer(memory.addressOffset() + offset);
      }
    };
  }
}
