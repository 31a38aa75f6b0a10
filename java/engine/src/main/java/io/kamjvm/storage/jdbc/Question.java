// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader.Result;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A question under way: answered once, by the reader or by whoever watches its deadline. Any
 * thread.
 */
final class Question<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Question.class);

  private final Query<T> query;
  private final Consumer<Result<T>> done;
  private final Executor engine;
  private final long deadlineNanos;
  private final AtomicBoolean answered = new AtomicBoolean();
  private Optional<Connection> working = Optional.empty();

  /**
   * @param deadlineNanos {@link System#nanoTime} at which it must have been answered
   */
  Question(
      final Query<T> query,
      final Consumer<Result<T>> done,
      final Executor engine,
      final long deadlineNanos) {
    this.query = query;
    this.done = done;
    this.engine = engine;
    this.deadlineNanos = deadlineNanos;
  }

  Query<T> query() {
    return query;
  }

  boolean isAnswered() {
    return answered.get();
  }

  boolean isOverdue() {
    return System.nanoTime() - deadlineNanos >= 0;
  }

  void found(final T value) {
    answer(new Result.Found<>(value));
  }

  /** True if it had not been answered yet. */
  boolean unavailable(final String why) {
    return answer(new Result.Unavailable<>(why));
  }

  private boolean answer(final Result<T> result) {
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    try {
      engine.execute(() -> tell(result));
    } catch (final RejectedExecutionException e) {
      LOG.debug("nobody is left to hear an answer");
    }
    return true;
  }

  private void tell(final Result<T> result) {
    try {
      done.accept(result);
    } catch (final RuntimeException e) {
      LOG.error("a listener failed on an answer of the tables", e);
    }
  }

  /** From now on {@link #cutOff} closes this connection. */
  synchronized void worksOn(final Connection connection) {
    working = Optional.of(connection);
  }

  /** The connection belongs to somebody else again. */
  synchronized void leaves() {
    working = Optional.empty();
  }

  /** Cuts off the connection on which the question is being answered, if it is. */
  synchronized void cutOff() {
    if (working.isPresent()) {
      try {
        working.get().abort(Runnable::run);
      } catch (final SQLException e) {
        // Then the socket's own time limit must do.
        LOG.debug("a connection can not be cut off: {}", e.getMessage());
      }
    }
  }
}
