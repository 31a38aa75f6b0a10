// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.storage.RecoveryLog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The recovery log in memory that outlives engines, and ends with Kamailio. */
final class SharedLog {
  private final Map<Object, Value> entries = new LinkedHashMap<>();

  private record Value(int kind, byte[] value, long counter) {}

  /** Kamailio has ended. */
  void forget() {
    entries.clear();
  }

  /** The log as one engine has it; what the dead write reaches nobody. */
  RecoveryLog of(final BooleanSupplier alive) {
    return new Hold(alive);
  }

  private final class Hold implements RecoveryLog {
    private final BooleanSupplier alive;

    Hold(final BooleanSupplier alive) {
      this.alive = alive;
    }

    @Override
    public void replay(final int firstKind, final int lastKind, final Consumer<Left> consumer) {
      List.copyOf(entries.entrySet())
          .forEach(
              e -> {
                final Value value = e.getValue();
                if (value.kind() >= firstKind && value.kind() <= lastKind) {
                  consumer.accept(
                      new Left(
                          value.kind(), value.value(), value.counter(), new Noted(e.getKey())));
                }
              });
    }

    @Override
    public Optional<Entry> add(final int kind, final byte[] value, final long counter) {
      final Noted noted = new Noted(new Object());
      noted.replace(kind, value, counter);
      return Optional.of(noted);
    }

    @Override
    public boolean admits(final int bytes) {
      return true;
    }

    private final class Noted implements Entry {
      private final Object key;

      Noted(final Object key) {
        this.key = key;
      }

      @Override
      public boolean replace(final int kind, final byte[] value, final long counter) {
        if (alive.getAsBoolean()) {
          entries.remove(key);
          entries.put(key, new Value(kind, value.clone(), counter));
        }
        return true;
      }

      @Override
      public void counter(final long value) {
        if (alive.getAsBoolean()) {
          entries.computeIfPresent(key, (k, v) -> new Value(v.kind(), v.value(), value));
        }
      }

      @Override
      public void remove() {
        if (alive.getAsBoolean()) {
          entries.remove(key);
        }
      }
    }
  }
}
