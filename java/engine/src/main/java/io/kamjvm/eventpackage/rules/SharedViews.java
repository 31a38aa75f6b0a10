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

  /** Bytes of states and views that are kept. */
  public static final int MOST_BYTES = 8_388_608;

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
    Map<Transformations, byte[]> known = views.get(state);
    if (known == null) {
      known = new IdentityHashMap<>(2);
      views.put(state, known);
      oldestFirst.add(state);
      bytes += state.length;
    }
    byte[] view = known.get(transformations);
    if (view == null) {
      view = maker.make(state, transformations);
      known.put(transformations, view);
      bytes += view == state ? 0 : view.length;
      shrink();
    }
    return view;
  }

  private void shrink() {
    while (bytes > MOST_BYTES && oldestFirst.size() > 1) {
      final byte[] state = oldestFirst.remove();
      bytes -= state.length;
      for (final byte[] view : views.remove(state).values()) {
        bytes -= view == state ? 0 : view.length;
      }
    }
  }

  /** Bytes kept at the moment. */
  synchronized long bytes() {
    return bytes;
  }
}
