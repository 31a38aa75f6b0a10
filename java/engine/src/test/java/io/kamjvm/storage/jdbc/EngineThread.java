// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands for the engine: one thread on which submissions are made and outcomes arrive. */
final class EngineThread implements Executor, AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "test-engine"));
  private final AtomicInteger outcomeTasks = new AtomicInteger();

  @Override
  public void execute(final Runnable task) {
    outcomeTasks.incrementAndGet();
    thread.execute(task);
  }

  /** How many tasks the journal has brought. */
  int outcomeTasks() {
    return outcomeTasks.get();
  }

  /** Submits on the engine thread; the future also checks where the outcome arrives. */
  CompletableFuture<Outcome> submit(final Journal journal, final List<Change> changes) {
    final CompletableFuture<Outcome> result = new CompletableFuture<>();
    thread.execute(
        () -> {
          final boolean taken =
              journal.submit(
                  changes,
                  outcome -> {
                    if (!Thread.currentThread().getName().equals("test-engine")) {
                      result.completeExceptionally(
                          new AssertionError("outcome on " + Thread.currentThread()));
                    } else if (!result.complete(outcome)) {
                      throw new AssertionError("second outcome " + outcome);
                    }
                  });
          if (!taken) {
            result.completeExceptionally(new IllegalStateException("journal full"));
          }
        });
    return result;
  }

  Outcome settle(final Journal journal, final Change... changes) {
    return submit(journal, List.of(changes)).orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Asks on the engine thread; the future also checks where the answer arrives. */
  <T> CompletableFuture<Result<T>> ask(final TableReader reader, final Query<T> query) {
    final CompletableFuture<Result<T>> result = new CompletableFuture<>();
    thread.execute(
        () -> {
          final boolean taken =
              reader.ask(
                  query,
                  answer -> {
                    if (!Thread.currentThread().getName().equals("test-engine")) {
                      result.completeExceptionally(
                          new AssertionError("answer on " + Thread.currentThread()));
                    } else if (!result.complete(answer)) {
                      throw new AssertionError("second answer " + answer);
                    }
                  });
          if (!taken) {
            result.completeExceptionally(new IllegalStateException("too many questions"));
          }
        });
    return result;
  }

  /** The answer, which must be found. */
  <T> T found(final TableReader reader, final Query<T> query) {
    final Result<T> result = ask(reader, query).orTimeout(30, TimeUnit.SECONDS).join();
    if (result instanceof Result.Found<T> found) {
      return found.value();
    }
    throw new AssertionError("no answer: " + result);
  }

  /** Runs something on the engine thread and waits for it. */
  void run(final Runnable task) {
    CompletableFuture.runAsync(task, thread).orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
