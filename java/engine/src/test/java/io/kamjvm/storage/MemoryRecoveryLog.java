// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A recovery log without memory to share: what it holds can be looked at. */
public final class MemoryRecoveryLog implements RecoveryLog {
  private final Map<Noted, Left> entries = new LinkedHashMap<>();
  public boolean full;

  private final class Noted implements Entry {

    @Override
    public boolean replace(final int kind, final byte[] value, final long counter) {
      living();
      entries.remove(this);
      entries.put(this, new Left(kind, value.clone(), counter, this));
      return true;
    }

    @Override
    public void counter(final long value) {
      final Left left = living();
      entries.put(this, new Left(left.kind(), left.value(), value, this));
    }

    @Override
    public void remove() {
      living();
      entries.remove(this);
    }

    private Left living() {
      return Optional.ofNullable(entries.get(this))
          .orElseThrow(() -> new AssertionError("the entry has been removed"));
    }
  }

  @Override
  public void replay(final int firstKind, final int lastKind, final Consumer<Left> consumer) {
    List.copyOf(entries.values()).stream()
        .filter(left -> left.kind() >= firstKind && left.kind() <= lastKind)
        .forEach(consumer);
  }

  @Override
  public Optional<Entry> add(final int kind, final byte[] value, final long counter) {
    final Noted noted = new Noted();
    entries.put(noted, new Left(kind, value.clone(), counter, noted));
    return Optional.of(noted);
  }

  @Override
  public boolean admits(final int bytes) {
    return !full;
  }

  /** How many entries there are of a kind. */
  public int count(final int kind) {
    return (int) entries.values().stream().filter(left -> left.kind() == kind).count();
  }

  /** How many entries there are. */
  public int size() {
    return entries.size();
  }
}
