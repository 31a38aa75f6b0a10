// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.storage.StorageException;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of packages. What is built in and bounded runs on the engine thread; everything else runs
 * on threads of its package, under a deadline, and its result comes back in a later turn. A package
 * whose code hangs is disabled: it is not called again in the life of this engine. Engine thread
 * only, but for {@link #await}.
 */
final class PackageCode {
  private static final Logger LOG = LoggerFactory.getLogger(PackageCode.class);

  /** What a call came to. */
  sealed interface Result<T> {
    /** The package has answered. */
    record Made<T>(T value) implements Result<T> {}

    /** It has thrown, or not returned; that is logged. */
    record Failed<T>() implements Result<T> {}

    /** It was not asked: it is disabled, or too many calls wait for it. */
    record Refused<T>() implements Result<T> {}
  }

  private final EventPackages packages;
  private final Executor engine;
  private final Map<EventPackage, Threads> threads = new IdentityHashMap<>();

  PackageCode(final EventPackages packages, final Executor engine) {
    this.packages = packages;
    this.engine = engine;
  }

  /** Whether calls end before {@link #call} returns. */
  boolean inline(final EventPackage eventPackage) {
    return !packages.external(eventPackage);
  }

  /** Whether the package is in use, that is: has not hung. */
  boolean serves(final EventPackage eventPackage) {
    return inline(eventPackage) || !of(eventPackage).disabled;
  }

  /**
   * Runs code of the package that does not block.
   *
   * @param what the method, for the log
   * @param done hears the result, within this call or in a later turn
   */
  <T> void call(
      final EventPackage eventPackage,
      final String what,
      final Callable<T> code,
      final Consumer<Result<T>> done) {
    if (inline(eventPackage)) {
      done.accept(attempt(eventPackage, what, code));
    } else {
      callAway(eventPackage, what, code, done);
    }
  }

  /** As {@link #call}, for code that may block: never on the engine thread. */
  <T> void callAway(
      final EventPackage eventPackage,
      final String what,
      final Callable<T> code,
      final Consumer<Result<T>> done) {
    final Threads own = of(eventPackage);
    final Attempt<T> attempt = new Attempt<>(eventPackage, what, code, done);
    if (own.disabled || !own.lane.run(attempt::run, attempt::overdue)) {
      own.refused(eventPackage);
      done.accept(new Result.Refused<>());
      return;
    }
    own.open.add(attempt);
  }

  /** As {@link #callAway} on the starting thread, which waits, before the engine serves. */
  <T> Result<T> await(final EventPackage eventPackage, final String what, final Callable<T> code) {
    if (inline(eventPackage)) {
      return attempt(eventPackage, what, code);
    }
    final Threads own = of(eventPackage);
    final CompletableFuture<Result<T>> result = new CompletableFuture<>();
    final boolean taken =
        !own.disabled
            && own.lane.run(
                () -> result.complete(attempt(eventPackage, what, code)),
                () -> result.completeExceptionally(new TimeoutException()));
    if (!taken) {
      return new Result.Refused<>();
    }
    try {
      return result.get(2 * PresenceLimits.PACKAGE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (final ExecutionException | TimeoutException e) {
      hung(eventPackage, what);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Result.Failed<>();
  }

  private static <T> Result<T> attempt(
      final EventPackage eventPackage, final String what, final Callable<T> code) {
    try {
      final T value = code.call();
      if (value != null) {
        return new Result.Made<>(value);
      }
      LOG.error("package {}: {}() returned null", eventPackage.name(), what);
    } catch (final UnacceptableBodyException | StorageException | IOException e) {
      LOG.warn("package {}: {}", eventPackage.name(), e.getMessage());
    } catch (final Exception | LinkageError | StackOverflowError | AssertionError e) {
      LOG.error("package {}: {}() failed", eventPackage.name(), what, e);
    }
    return new Result.Failed<>();
  }

  private Threads of(final EventPackage eventPackage) {
    return threads.computeIfAbsent(
        eventPackage, p -> new Threads(packages.threads().lane(p.name())));
  }

  private void hung(final EventPackage eventPackage, final String what) {
    if (inline(eventPackage)) {
      LOG.error(
          "package {}: {}() has not returned after {} ms; its thread is given up",
          eventPackage.name(),
          what,
          PresenceLimits.PACKAGE_MILLIS);
      return;
    }
    final Threads own = of(eventPackage);
    if (own.disabled) {
      return;
    }
    own.disabled = true;
    LOG.error(
        "package {} is disabled until the engine starts again: {}() has not returned after {} ms;"
            + " PUBLISH and SUBSCRIBE for it get the busy answer",
        eventPackage.name(),
        what,
        PresenceLimits.PACKAGE_MILLIS);
    own.lane.retire();
    List.copyOf(own.open).forEach(Attempt::refuse);
  }

  /** A package's threads and what is under way there. */
  private static final class Threads {
    private final PackageThreads.Lane lane;
    private final Set<Attempt<?>> open = new LinkedHashSet<>();
    private boolean disabled;
    private boolean full;

    Threads(final PackageThreads.Lane lane) {
      this.lane = lane;
    }

    void refused(final EventPackage eventPackage) {
      if (!disabled && !full) {
        full = true;
        LOG.warn("package {} is slow: too many calls wait for it", eventPackage.name());
      }
    }
  }

  private final class Attempt<T> {
    private final EventPackage eventPackage;
    private final String what;
    private final Callable<T> code;
    private final Consumer<Result<T>> done;
    private boolean ended;

    Attempt(
        final EventPackage eventPackage,
        final String what,
        final Callable<T> code,
        final Consumer<Result<T>> done) {
      this.eventPackage = eventPackage;
      this.what = what;
      this.code = code;
      this.done = done;
    }

    void run() {
      final Result<T> result = attempt(eventPackage, what, code);
      engine.execute(() -> end(result));
    }

    void overdue() {
      engine.execute(
          () -> {
            if (!ended) {
              hung(eventPackage, what);
              end(new Result.Failed<>());
            }
          });
    }

    void refuse() {
      end(new Result.Refused<>());
    }

    private void end(final Result<T> result) {
      if (ended) {
        return;
      }
      ended = true;
      final Threads own = of(eventPackage);
      own.open.remove(this);
      own.full = own.full && !own.open.isEmpty();
      try {
        done.accept(result);
      } catch (final RuntimeException | StackOverflowError e) {
        LOG.error("what package {} answered could not be used", eventPackage.name(), e);
      }
    }
  }
}
