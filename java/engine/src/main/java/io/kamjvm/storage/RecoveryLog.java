// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the next engine of this Kamailio must know and no table tells it. Whatever is noted here is
 * found again when this engine dies at any moment; it ends with Kamailio. Nothing in it blocks or
 * does input or output. Engine thread only.
 *
 * <p>Kinds are numbers from 0 to 255 that the modules share; {@code presence} has 1 to 15, {@code
 * pua} 16 to 31, {@code pa} 48 to 63, {@code presence_b2b} 64 to 79.
 */
public interface RecoveryLog {

  /** Something noted. */
  interface Entry {

    /**
     * Gives it another kind, value and counter, all at once.
     *
     * @return false when there is no room: what was noted before stays
     */
    boolean replace(int kind, byte[] value, long counter);

    /** Stores the counter. Cheap: it may change with every request. */
    void counter(long value);

    /** Forgets it. Nothing may be asked of the entry afterwards. */
    void remove();
  }

  /** Something that an earlier engine has noted; {@code entry} stands for it from now on. */
  record Left(int kind, byte[] value, long counter, Entry entry) {}

  /**
   * Hands over what earlier engines have left, in the order in which the values were noted. On the
   * starting thread, before anything is noted.
   *
   * @param firstKind from this one
   * @param lastKind to this one
   */
  void replay(int firstKind, int lastKind, Consumer<Left> consumer);

  /**
   * Notes something.
   *
   * @return empty when there is no room
   */
  Optional<Entry> add(int kind, byte[] value, long counter);

  /**
   * Whether a request whose traces take about so many bytes may be accepted. Counts and logs when
   * not. The answer leaves room for what has been accepted to go on.
   */
  boolean admits(int bytes);

  /** A log that forgets everything. */
  static RecoveryLog none() {
    return new RecoveryLog() {
      @Override
      public void replay(final int firstKind, final int lastKind, final Consumer<Left> consumer) {}

      @Override
      public Optional<Entry> add(final int kind, final byte[] value, final long counter) {
        return Optional.empty();
      }

      @Override
      public boolean admits(final int bytes) {
        return true;
      }
    };
  }
}
