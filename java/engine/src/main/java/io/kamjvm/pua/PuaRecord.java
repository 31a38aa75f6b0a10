// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.PuaRow;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A series of publications or a subscription dialog. At most one request of it is under way; orders
 * that come meanwhile wait here. Engine thread only.
 */
final class PuaRecord {
  /** Orders that may wait. */
  static final int MOST_WAITING = 64;

  PuaRow row;

  /** The last document as it was sent; empty after a start from the table. */
  Optional<byte[]> body = Optional.empty();

  /** Of {@link #body}, where the order named one. */
  Optional<String> contentType = Optional.empty();

  /** The next hop that the order named. */
  Optional<String> proxy = Optional.empty();

  /** Whether the other server has accepted it. */
  boolean established;

  /** Whether a request is under way. */
  boolean busy;

  /** Whether the last request took long to send. */
  boolean slow;

  /** Whether it is over. */
  boolean gone;

  /** Refresh or removal, whatever comes next. */
  Timers.Timer timer = () -> {};

  /** The key under which it is in the table; empty if it is not. */
  Optional<PuaRow.Key> stored = Optional.empty();

  /** Whether a change of its row is under way to the table. */
  boolean writing;

  /** Whether the row has changed since. */
  boolean dirty;

  /** To be run when a record that is gone has left the table. */
  Runnable removed = () -> {};

  /** Its note in the recovery log. */
  Optional<RecoveryLog.Entry> note = Optional.empty();

  private final Deque<Runnable> waiting = new ArrayDeque<>(0);

  PuaRecord(final PuaRow row) {
    this.row = row;
  }

  /**
   * Has the task run when no request is under way.
   *
   * @return false when too many wait
   */
  boolean await(final Runnable task) {
    return waiting.size() < MOST_WAITING && waiting.add(task);
  }

  /** Runs what waits, until a request is under way again. */
  void proceed() {
    while (!busy && !waiting.isEmpty()) {
      waiting.poll().run();
    }
  }

  boolean idle() {
    return !busy && waiting.isEmpty();
  }
}
