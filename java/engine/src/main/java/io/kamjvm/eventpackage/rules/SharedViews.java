// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * States as rules leave them, so that all watchers with the same rule outcome share the bytes: a
 * look-up makes no garbage. States and transformations are told apart by identity, because both are
 * made once and handed on. The oldest states go first. Thread-safe.
 */
public final class SharedViews {

  /** Bytes of states and views that are kept, with what keeping them takes. */
  public static final int MOST_BYTES = 8_388_608;

  private static final int ENTRY = 128;

  /** Makes a view. */
  public interface Maker {
    byte[] make(byte[] state, Transformations transformations);
  }

  private final Maker maker;
  private final Map<byte[], Map<Transformations, byte[]>> views = new IdentityHashMap<>();
  private final Deque<byte[]> oldestFirst = new ArrayDeque<>();
  private long bytes;

  public SharedViews(final Maker maker) {
    this.maker = maker;
  }

  /** The state as these transformations leave it. */
  public synchronized byte[] of(final byte[] state, final Transformations transformations) {
    if (transformations.isEmpty()) {
      return state;
    }
    final Map<Transformations, byte[]> known = views.get(state);
    final byte[] shared = known == null ? null : known.get(transformations);
    if (shared != null) {
      return shared;
    }
    final byte[] view = maker.make(state, transformations);
    keep(state, transformations, view);
    return view;
  }

  private void keep(final byte[] state, final Transformations transformations, final byte[] view) {
    Map<Transformations, byte[]> known = views.get(state);
    if (known == null) {
      known = new IdentityHashMap<>(2);
      views.put(state, known);
      oldestFirst.add(state);
      bytes += ENTRY + state.length;
    }
    known.put(transformations, view);
    bytes += charge(state, transformations, view);
    while (bytes > MOST_BYTES && !oldestFirst.isEmpty()) {
      forget(oldestFirst.remove());
    }
  }

  private void forget(final byte[] state) {
    bytes -= ENTRY + state.length;
    views.remove(state).forEach((t, view) -> bytes -= charge(state, t, view));
  }

  /** Transformations may be kept here alone, when rules have changed. */
  private static long charge(
      final byte[] state, final Transformations transformations, final byte[] view) {
    return ENTRY + transformations.restrictions().weight() + (view == state ? 0L : view.length);
  }

  /** Bytes kept at the moment. */
  synchronized long bytes() {
    return bytes;
  }
}
