// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RecoveryLayout.RECOVERY_DATA;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * An engine that dies between two stores, or in the middle of a long one: whatever was completed is
 * found, and of what was under way either all or nothing.
 */
final class RecoveryCutTest {
  private static final int SEGMENT = 1024;
  private static final int CAPACITY = RECOVERY_DATA + 10 * SEGMENT;
  private static final int STEPS = 150;

  /** The writer is no more. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Memory whose writer dies at its n-th store. */
  private static final class Mortal {
    private final UnsafeBuffer memory;
    private final long lifetime;
    private long stores;

    Mortal(final UnsafeBuffer memory, final long lifetime) {
      this.memory = memory;
      this.lifetime = lifetime;
    }

    AtomicBuffer buffer() {
      return (AtomicBuffer)
          Proxy.newProxyInstance(
              Mortal.class.getClassLoader(),
              new Class<?>[] {AtomicBuffer.class},
              (proxy, method, arguments) -> {
                if (method.getName().startsWith("put") && stores++ == lifetime) {
                  half(method.getName(), arguments);
                  throw new Killed();
                }
                try {
                  return method.invoke(memory, unwrapped(arguments));
                } catch (final InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private Object[] unwrapped(final Object[] arguments) {
      if (arguments != null && arguments.length > 1 && arguments[1] instanceof AtomicBuffer) {
        arguments[1] = memory;
      }
      return arguments;
    }

    /** Words are stored whole; of a row of bytes any part may be there. */
    private void half(final String method, final Object[] arguments) {
      if (!method.equals("putBytes")) {
        return;
      }
      final int index = (Integer) arguments[0];
      if (arguments[1] instanceof byte[] bytes) {
        memory.putBytes(index, bytes, 0, bytes.length / 2);
      } else {
        final DirectBuffer from = memory;
        memory.putBytes(index, from, (Integer) arguments[2], (Integer) arguments[3] / 2);
      }
    }
  }

  /** What a log should hold: value by kind, and the counter. */
  private record Held(String value, long counter) {}

  /** Writes the same history, step by step, as far as it gets. */
  private static final class Writer {
    final TreeMap<Integer, Held> before = new TreeMap<>();
    final TreeMap<Integer, Held> after = new TreeMap<>();
    private final Random random = new Random(42);
    private final RecoverySpace log;
    private final List<RecoverySpace.Entry> entries = new ArrayList<>();
    private int kinds;

    Writer(final RecoverySpace log) {
      this.log = log;
    }

    void step() {
      before.clear();
      before.putAll(after);
      final int choice = random.nextInt(10);
      final String value = "x".repeat(random.nextInt(150)) + random.nextInt();
      final int at = entries.isEmpty() ? 0 : random.nextInt(entries.size());
      if (entries.size() < 8 && choice < 4 && kinds < 255 || entries.isEmpty()) {
        final int kind = ++kinds;
        after.put(kind, new Held(value, kind));
        entries.add(log.add(kind, value.getBytes(), kind).orElseThrow());
        return;
      }
      final RecoverySpace.Entry entry = entries.get(at);
      final int kind = entry.kind();
      if (choice < 6) {
        after.put(kind, new Held(value, choice));
        assertThat(entry.replace(kind, value.getBytes(), choice)).isTrue();
      } else if (choice < 8) {
        after.put(kind, new Held(after.get(kind).value(), choice * 1000L));
        entry.counter(choice * 1000L);
      } else {
        after.remove(kind);
        entries.remove(at);
        entry.remove();
      }
    }
  }

  private static TreeMap<Integer, Held> held(final RecoverySpace log) {
    final TreeMap<Integer, Held> held = new TreeMap<>();
    for (final RecoverySpace.Entry entry : log.entries()) {
      assertThat(held.put(entry.kind(), new Held(new String(entry.value()), entry.counter())))
          .as("twice")
          .isNull();
    }
    assertThat(log.damages()).isZero();
    return held;
  }

  private static UnsafeBuffer memory() {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
  }

  @Test
  @DisplayName("Killed at every store of a long history, moving included")
  void everyStore() {
    final Mortal whole = new Mortal(memory(), Long.MAX_VALUE);
    final Writer immortal = new Writer(new RecoverySpace(whole.buffer(), SEGMENT));
    for (int i = 0; i < STEPS; i++) {
      immortal.step();
    }
    assertThat(whole.stores).isGreaterThan(500);
    for (long lifetime = 0; lifetime < whole.stores; lifetime++) {
      killedAfter(lifetime);
    }
  }

  private static void killedAfter(final long lifetime) {
    final UnsafeBuffer memory = memory();
    final TreeMap<Integer, Held> before = new TreeMap<>();
    final TreeMap<Integer, Held> after = new TreeMap<>();
    try {
      final Writer writer =
          new Writer(new RecoverySpace(new Mortal(memory, lifetime).buffer(), SEGMENT));
      try {
        for (int i = 0; i < STEPS; i++) {
          writer.step();
        }
      } finally {
        before.putAll(writer.before);
        after.putAll(writer.after);
      }
    } catch (final Killed expected) {
      final TreeMap<Integer, Held> found = held(new RecoverySpace(memory, SEGMENT));
      assertThat(found).as("after %d stores", lifetime).isIn(before, after);
      goesOn(memory, found);
      return;
    }
    throw new AssertionError("still alive after " + lifetime);
  }

  /** The next engine can write, and dies while it starts, and the one after that finds all. */
  private static void goesOn(final UnsafeBuffer memory, final TreeMap<Integer, Held> found) {
    for (int stores = 0; stores < 3; stores++) {
      try {
        new RecoverySpace(new Mortal(memory, stores).buffer(), SEGMENT);
      } catch (final Killed expected) {
        // the next one tries
      }
    }
    final RecoverySpace log = new RecoverySpace(memory, SEGMENT);
    for (int i = 0; i < 20; i++) {
      log.add(255, new byte[100], i).orElseThrow().remove();
    }
    assertThat(held(new RecoverySpace(memory, SEGMENT))).isEqualTo(found);
  }
}
