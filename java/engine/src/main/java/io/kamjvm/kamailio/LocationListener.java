// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** Hears of the location table, on the engine thread. Must not throw. */
public interface LocationListener {

  /** A binding has changed; {@link UserLocation#contacts} shows the state afterwards. */
  void changed(ContactChange change);

  /**
   * As {@link #changed}, but it was found when the table was read again, because the change itself
   * was lost: nobody knows any more who has made it.
   */
  default void found(final ContactChange change) {
    changed(change);
  }

  /**
   * The whole table has been read: for the first time in this engine's life, or again because
   * changes were lost. Of the latter's differences {@link #found} has told.
   */
  default void complete() {
    // who only follows changes is not bothered
  }
}
