// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RecoveryLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log against a model: whatever is written and moved, the next engine finds it. */
final class RecoverySpaceTest {
  private static final int SEGMENT = 8 * 1024;
  private static final int SEGMENTS = 32;

  private final UnsafeBuffer memory = memory(SEGMENTS);

  private static UnsafeBuffer memory(final int segments) {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(RECOVERY_DATA + segments * SEGMENT));
  }

  private static RecoverySpace open(final UnsafeBuffer memory) {
    return new RecoverySpace(memory, SEGMENT);
  }

  private static byte[] value(final int length, final int filling) {
    final byte[] value = new byte[length];
    for (int i = 0; i < length; i++) {
      value[i] = (byte) (filling + i);
    }
    return value;
  }

  @Test
  @DisplayName("A fresh mapping is an empty log, and no segment of it is touched")
  void fresh() {
    assertThat(open(memory).entries()).isEmpty();
    assertThat(memory.getLong(RECOVERY_HEADER_MAGIC)).isEqualTo(RECOVERY_MAGIC);
    for (int i = RECOVERY_DATA; i < memory.capacity(); i += 8) {
      assertThat(memory.getLong(i)).isZero();
    }
  }

  @Test
  @DisplayName("The next engine finds kinds, values and counters, in the order of writing")
  void found() {
    final RecoverySpace log = open(memory);
    final RecoverySpace.Entry first = log.add(1, value(100, 1), 7).orElseThrow();
    log.add(2, value(0, 0), -1);
    log.add(255, value(3, 9), 0).orElseThrow().remove();
    final RecoverySpace.Entry third = log.add(3, value(33, 3), Long.MIN_VALUE).orElseThrow();
    third.counter(Long.MAX_VALUE);
    first.replace(9, value(50, 4), 8);

    final List<RecoverySpace.Entry> found = open(memory).entries();

    assertThat(found).extracting(RecoverySpace.Entry::kind).containsExactly(2, 3, 9);
    assertThat(found)
        .extracting(RecoverySpace.Entry::counter)
        .containsExactly(-1L, Long.MAX_VALUE, 8L);
    assertThat(found.get(0).value()).isEmpty();
    assertThat(found.get(1).value()).isEqualTo(value(33, 3));
    assertThat(found.get(2).value()).isEqualTo(value(50, 4));
  }

  private record Model(RecoverySpace.Entry entry, int kind, byte[] value, long counter) {}

  private static String text(final RecoverySpace.Entry entry) {
    return entry.kind() + " " + entry.counter() + " " + ByteBuffer.wrap(entry.value()).hashCode();
  }

  private static String text(final Model model) {
    return model.kind + " " + model.counter + " " + ByteBuffer.wrap(model.value).hashCode();
  }

  @ParameterizedTest(name = "seed {0}")
  @DisplayName(
      "Under random load, engines dying now and then, nothing is lost and memory is bounded")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void randomLoad(final long seed) {
    final Random random = new Random(seed);
    RecoverySpace log = open(memory);
    final List<Model> models = new ArrayList<>();
    long written = 0;
    int refused = 0;
    for (int step = 0; step < 60_000; step++) {
      final int choice = random.nextInt(100);
      if (choice < 45) {
        final byte[] value = value(length(random), step);
        if (!log.admits(value.length)) {
          refused++;
          continue;
        }
        final int kind = random.nextInt(256);
        models.add(new Model(log.add(kind, value, step).orElseThrow(), kind, value, step));
        written += value.length;
      } else if (models.isEmpty()) {
        continue;
      } else if (choice < 70) {
        final int at = random.nextInt(models.size());
        models.set(at, replaced(models.get(at), value(length(random), step), step));
        written += models.get(at).value.length;
      } else if (choice < 80) {
        final int at = random.nextInt(models.size());
        final Model model = models.get(at);
        model.entry.counter(step);
        models.set(at, new Model(model.entry, model.kind, model.value, step));
      } else if (choice < 99 || random.nextInt(300) > 0) {
        final int at = random.nextInt(models.size());
        models.get(at).entry.remove();
        models.set(at, models.get(models.size() - 1));
        models.remove(models.size() - 1);
      } else {
        log = open(memory);
        adopt(log, models);
      }
    }
    adopt(open(memory), models);
    assertThat(written).as("bytes that went through").isGreaterThan(10L * memory.capacity());
    assertThat(refused).as("refused at the limit").isPositive();
  }

  private static int length(final Random random) {
    return random.nextInt(20) == 0 ? random.nextInt(4_000) : random.nextInt(300);
  }

  private static Model replaced(final Model model, final byte[] value, final long counter) {
    assertThat(model.entry.replace(model.kind, value, counter)).isTrue();
    return new Model(model.entry, model.kind, value, counter);
  }

  private static void adopt(final RecoverySpace log, final List<Model> models) {
    final List<RecoverySpace.Entry> entries = log.entries();
    assertThat(entries)
        .extracting(RecoverySpaceTest::text)
        .containsExactlyInAnyOrderElementsOf(models.stream().map(RecoverySpaceTest::text).toList());
    assertThat(log.damages()).isZero();
    final Map<String, RecoverySpace.Entry> byText = new HashMap<>();
    entries.forEach(e -> byText.put(text(e), e));
    models.replaceAll(m -> new Model(byText.get(text(m)), m.kind, m.value, m.counter));
    assertThat(models).extracting(Model::entry).doesNotContainNull();
  }

  @Test
  @DisplayName("Memory in use stays near twice what lives, however often values are replaced")
  void footprint() {
    final RecoverySpace log = open(memory);
    final List<RecoverySpace.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      entries.add(log.add(1, value(200, i), 0).orElseThrow());
    }
    for (int i = 0; i < 20_000; i++) {
      assertThat(entries.get(i % 20).replace(1, value(200, i), i)).isTrue();
      assertThat(log.usedBytes()).isLessThanOrEqualTo(8L * SEGMENT);
    }
    entries.forEach(RecoverySpace.Entry::remove);
    assertThat(log.liveBytes()).isZero();
    assertThat(log.usedBytes()).isLessThanOrEqualTo(3L * SEGMENT);
  }

  @Test
  @DisplayName("A full log refuses, keeps what it has, and takes more when something has gone")
  void full() {
    final RecoverySpace log = open(memory);
    final List<RecoverySpace.Entry> entries = new ArrayList<>();
    while (log.admits(500)) {
      entries.add(log.add(1, value(500, entries.size()), entries.size()).orElseThrow());
    }
    assertThat((double) log.liveBytes() / memory.capacity()).isBetween(0.5, 0.75);
    int beyond = 0;
    for (Optional<RecoverySpace.Entry> more = log.add(2, value(500, 0), 0);
        more.isPresent();
        more = log.add(2, value(500, 0), 0)) {
      beyond++;
    }
    assertThat(beyond).as("room that nobody was promised").isPositive();
    for (int i = 0; i < entries.size(); i++) {
      assertThat(entries.get(i).value()).isEqualTo(value(500, i));
      assertThat(entries.get(i).replace(3, value(8_000, i), 0)).isFalse();
      assertThat(entries.get(i).counter()).isEqualTo(i);
    }
    assertThat(open(memory).entries()).hasSize(entries.size() + beyond);
    final RecoverySpace next = open(memory);
    next.entries().stream().filter(e -> e.kind() == 2).forEach(RecoverySpace.Entry::remove);
    next.entries().stream().limit(50).forEach(RecoverySpace.Entry::remove);
    assertThat(next.admits(500)).isTrue();
    for (int i = 0; i < 40; i++) {
      assertThat(next.add(1, value(500, i), 0)).isPresent();
    }
    assertThat(log.add(1, new byte[RECOVERY_RECORD_MAX], 0)).isEmpty();
  }

  @Test
  @DisplayName("Damage costs what it hits: the rest is found, and it is counted")
  void damage() {
    final RecoverySpace log = open(memory);
    for (int i = 0; i < 200; i++) {
      log.add(1, value(300, i), i);
    }
    memory.putByte(RECOVERY_DATA + RECOVERY_RECORD_VALUE + 5, (byte) 99);
    memory.putInt(RECOVERY_DATA + SEGMENT, -7);

    final RecoverySpace found = open(memory);

    assertThat(found.damages()).isEqualTo(2);
    assertThat(found.entries()).hasSizeBetween(150, 199);
    for (int i = 0; i < 2_000; i++) {
      assertThat(found.entries().get(i % 100).replace(2, value(300, i), i)).isTrue();
    }
    assertThat(open(memory).entries()).hasSameSizeAs(found.entries());
  }

  @Test
  @DisplayName("A log of another layout is not read, but counted and begun again")
  void otherLayout() {
    open(memory).add(1, value(300, 1), 0);
    memory.putInt(RECOVERY_HEADER_VERSION, RECOVERY_VERSION + 1);

    final RecoverySpace log = open(memory);

    assertThat(log.entries()).isEmpty();
    assertThat(log.damages()).isEqualTo(1);
    log.add(1, value(300, 1), 0);
    assertThat(open(memory).entries()).hasSize(1);
  }
}
