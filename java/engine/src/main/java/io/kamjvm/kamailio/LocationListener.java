// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** Hears of the location table, on the engine thread. Must not throw. */
public interface LocationListener {

  /** A binding has changed; {@link UserLocation#contacts} shows the state afterwards. */
  void changed(ContactChange change);

  /**
   * The whole table has been read: for the first time in this engine's life, or again because
   * changes were lost. Of the latter's differences {@link #changed} has told.
   */
  default void complete() {
    // who only follows changes is not bothered
  }
}
