// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.function.Consumer;

/**
 * Asks the tables. Reader threads do it, each question on a connection and in a transaction of its
 * own; the engine thread asks and is given the answer in a later turn.
 */
public interface TableReader {

  /** What a question came to. */
  sealed interface Result<T> {
    record Found<T>(T value) implements Result<T> {}

    /** The database can not be reached, refuses, or did not answer in time. */
    record Unavailable<T>(String why) implements Result<T> {}
  }

  /**
   * Asks. What the journal committed before is seen. {@code done} is called in a later turn of the
   * engine, never from within this method.
   *
   * @return false when too many questions wait: {@code done} will not be called
   */
  <T> boolean ask(Query<T> query, Consumer<Result<T>> done);
}
