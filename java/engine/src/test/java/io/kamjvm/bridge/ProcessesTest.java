// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes on one mapping, as in the field. */
@Timeout(60)
final class ProcessesTest {
  private static final int PRODUCERS = 4;
  private static final int COUNT = 100_000;

  @ParameterizedTest(
      name = "Four producer processes: nothing lost, torn or reordered (Agrona: {0})")
  @ValueSource(booleans = {false, true})
  void manyProducers(final boolean agrona) throws IOException, InterruptedException {
    final int capacity = 1024 * 1024;
    final int offset = 4096;
    try (SharedFile file = SharedFile.create()) {
      final MappedByteBuffer memory = file.map(offset + capacity + RING_TRAILER);
      final WireRing ring = new WireRing(memory, offset, capacity);
      final CheckedRing checked = new CheckedRing(ring.buffer());
      final ManyToOneRingBuffer plain = new ManyToOneRingBuffer(ring.buffer());
      final int[] next = new int[PRODUCERS];
      final int[] total = new int[1];
      final MessageHandler handler =
          (type, buffer, index, length) -> {
            final int producer = buffer.getInt(index);
            final int number = buffer.getInt(index + 4);
            if (type != producer + 1 || number != next[producer] || length != 8 + number % 200) {
              throw new AssertionError("record " + number + " of " + producer);
            }
            for (int i = 8; i < length; i++) {
              if (buffer.getByte(index + i) != (byte) (producer + number)) {
                throw new AssertionError("torn: " + number + " of " + producer);
              }
            }
            next[producer]++;
            total[0]++;
          };
      final Path said = Files.createTempFile("kamjvm-native", ".log");
      final Process process =
          NativeBuild.start(
              Map.of(),
              said,
              NativeBuild.file("kw_stress"),
              "produce",
              file.path(),
              offset,
              capacity,
              PRODUCERS,
              COUNT);
      try {
        while (total[0] < PRODUCERS * COUNT && (process.isAlive() || checked.size() > 0)) {
          if ((agrona ? plain.read(handler) : checked.read(handler, 100)) == 0) {
            Thread.yield();
          }
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
      } finally {
        process.destroyForcibly().waitFor();
        Files.delete(said);
      }
      assertThat(next).containsOnly(COUNT);
      assertThat(checked.corruptions()).isZero();
    }
  }

  @Test
  @DisplayName("Four producer processes and a reader in C: nothing lost, torn or reordered")
  void manyProducersOneReaderInC() throws IOException {
    try (SharedFile file = SharedFile.create()) {
      final NativeBuild.Outcome outcome = NativeBuild.stress("ring", file.path(), PRODUCERS, COUNT);
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(outcome.number("records")).isEqualTo(PRODUCERS * COUNT);
    }
  }

  @Test
  @DisplayName("Three processes want to answer the same deferral: one wins, none is miscounted")
  void deferralRace() throws IOException {
    try (SharedFile file = SharedFile.create()) {
      final NativeBuild.Outcome outcome = NativeBuild.stress("deferrals", file.path(), 3, 1500);
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(outcome.number("rounds")).isEqualTo(1500);
    }
  }

  @Test
  @DisplayName("Three calling processes, some impatient: each gets its own answer, no frame leaks")
  void frames() throws IOException {
    try (SharedFile file = SharedFile.create()) {
      final NativeBuild.Outcome outcome = NativeBuild.stress("frames", file.path(), 3, 5000);
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(outcome.number("calls")).isEqualTo(15_000);
    }
  }
}
