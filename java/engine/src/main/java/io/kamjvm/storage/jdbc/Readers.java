// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that answer questions, a bounded queue in front of them, and a watch.
 *
 * <p>Whatever a database does, a question is answered by its deadline: the watch answers for a
 * reader that does not come back, and cuts its connection off where that frees the thread (an
 * embedded database and a file have time limits of their own). What was lost before its COMMIT, or
 * only read, is asked again on a fresh connection while there is time: a server that was restarted
 * costs a moment, not an error.
 */
final class Readers implements TableReader {
  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final Target target;
  private final Tables tables;
  private final Selections selections;
  private final Executor engine;
  private final Limits.Reading limits;
  private final ReaderConnections connections;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor watch;
  private final Set<Question<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean inTrouble;

  Readers(
      final Target target,
      final Tables tables,
      final Selections selections,
      final Executor engine) {
    this.target = target;
    this.tables = tables;
    this.selections = selections;
    this.engine = engine;
    this.limits = target.limits().reading();
    this.connections = new ReaderConnections(target);
    this.threads =
        new ThreadPoolExecutor(
            limits.readers(),
            limits.readers(),
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(limits.questions()),
            task -> daemon(task, "kamjvm-reader"));
    threads.allowCoreThreadTimeOut(true);
    this.watch = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "kamjvm-reader-watch"));
    watch.setRemoveOnCancelPolicy(true);
    watch.setKeepAliveTime(IDLE.toSeconds(), TimeUnit.SECONDS);
    watch.allowCoreThreadTimeOut(true);
  }

  /** Tries to open a first connection. Blocks: for the start-up stages. */
  void warmUp() {
    try {
      connections.warmUp();
    } catch (final SQLException e) {
      LOG.info("database {}: readers find no connection yet: {}", target, target.explain(e));
    }
  }

  private static Thread daemon(final Runnable task, final String name) {
    final Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public <T> boolean ask(final Query<T> query, final Consumer<Result<T>> done) {
    final Question<T> question =
        new Question<>(query, done, engine, System.nanoTime() + limits.deadline().toNanos());
    final Table<?> table = selections.table(query);
    if (tables.nameOf(table).isEmpty()) {
      return question.unavailable("table " + table.stockName() + " is not in use");
    }
    if (threads.isShutdown()) {
      return false;
    }
    open.add(question);
    final ScheduledFuture<?> alarm =
        watch.schedule(() -> giveUp(question), limits.deadline().toNanos(), TimeUnit.NANOSECONDS);
    try {
      threads.execute(
          () -> {
            answer(question);
            alarm.cancel(false);
            open.remove(question);
          });
      return true;
    } catch (final RejectedExecutionException e) {
      alarm.cancel(false);
      open.remove(question);
      return false;
    }
  }

  private void giveUp(final Question<?> question) {
    open.remove(question);
    if (question.unavailable(
        "no answer for " + limits.deadline().toMillis() + " ms: the database is too slow")) {
      troubled("no answer for " + limits.deadline().toMillis() + " ms");
      if (target.dialect().networked()) {
        question.cutOff();
      }
    }
  }

  private <T> void answer(final Question<T> question) {
    for (int attempt = 1; !question.isAnswered(); attempt++) {
      try {
        question.found(attempt(question));
        recovered();
      } catch (final Retry e) {
        if (question.isOverdue()) {
          question.unavailable(target.explain(e.reason()));
        }
        pause(attempt);
      } catch (final SQLException e) {
        troubled(target.explain(e));
        question.unavailable(target.explain(e));
      } catch (final RuntimeException e) {
        LOG.error("database {}: a reader failed", target, e);
        question.unavailable("the driver failed: " + e);
      }
    }
  }

  /** The same question may have another answer now. */
  private static final class Retry extends Exception {
    private static final long serialVersionUID = 1L;

    Retry(final SQLException reason) {
      super(reason);
    }

    SQLException reason() {
      return (SQLException) getCause();
    }
  }

  private <T> T attempt(final Question<T> question) throws SQLException, Retry {
    try (Connection connection = connections.take()) {
      question.worksOn(connection);
      try {
        return selections.answer(connection, question.query());
      } catch (final InDoubtException e) {
        connections.giveUp(connection);
        throw e;
      } catch (final SQLException e) {
        final Fault fault = Faults.of(target.dialect(), connection, e);
        if (fault == Fault.CONNECTION) {
          connections.giveUp(connection);
        }
        if (fault == Fault.CONNECTION || fault == Fault.CONFLICT) {
          throw new Retry(e);
        }
        if (fault == Fault.ROW) {
          // It asks for something that no row can hold.
          return selections.nothing(question.query());
        }
        throw e;
      } finally {
        question.leaves();
      }
    }
  }

  private static void pause(final int attempt) {
    try {
      Thread.sleep(Math.min(100, 5L * attempt));
    } catch (final InterruptedException e) {
      // These threads end through close() alone: an interrupt would close the file of an embedded
      // database under the next transaction.
      return;
    }
  }

  private void troubled(final String why) {
    if (!inTrouble) {
      inTrouble = true;
      LOG.error("database {} does not answer: {}", target, why);
    }
  }

  private void recovered() {
    if (inTrouble) {
      inTrouble = false;
      LOG.warn("database {} answers again", target);
    }
  }

  /** Answers what is asked, at most a second; what is left then is Unavailable. */
  void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("database {}: {} questions are given up", target, open.size());
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (final Question<?> question : open) {
      question.unavailable("the reader was closed");
      if (target.dialect().networked()) {
        question.cutOff();
      }
    }
    threads.getQueue().clear();
    watch.shutdown();
    connections.close();
  }
}
