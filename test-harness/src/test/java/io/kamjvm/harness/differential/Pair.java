// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.db.Database;
import io.kamjvm.harness.db.PostgresServer;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.differential.DeclaredDeviation.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Two Kamailios with the same cfg: one with the stock modules, one with those under test. Each has
 * a database of its own.
 */
final class Pair implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final Path directory;
  private final Server stock;
  private final Server ours;
  private final Executor executor;

  private Pair(
      final Path directory, final Server stock, final Server ours, final Executor executor) {
    this.directory = directory;
    this.stock = stock;
    this.ours = ours;
    this.executor = executor;
  }

  /** Starts both at the same time. */
  static Pair start(
      final Profile profile,
      final String script,
      final String database,
      final PostgresServer postgres,
      final Executor executor) {
    final Path directory = temporaryDirectory();
    final CompletableFuture<Server> stock =
        later(
            executor,
            () ->
                Server.start(
                    ModuleSet.STOCK,
                    profile,
                    script,
                    database(database, directory.resolve("stock.sqlite"), postgres)));
    final CompletableFuture<Server> ours =
        later(
            executor,
            () ->
                Server.start(
                    ModuleSet.selected(),
                    profile,
                    script,
                    database(database, directory.resolve("ours.sqlite"), postgres)));
    try {
      CompletableFuture.allOf(stock, ours).join();
    } catch (final CompletionException e) {
      Stream.of(stock, ours)
          .filter(side -> !side.isCompletedExceptionally())
          .forEach(side -> side.join().close());
      remove(directory);
      throw e;
    }
    return new Pair(directory, stock.join(), ours.join(), executor);
  }

  private static <T> CompletableFuture<T> later(final Executor executor, final Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, executor);
  }

  private static Optional<Database> database(
      final String kind, final Path file, final PostgresServer postgres) {
    return switch (kind) {
      case "memory" -> Optional.empty();
      case "sqlite" -> Optional.of(SqliteDatabase.create(file));
      case "postgres" -> Optional.of(postgres.create());
      default -> throw new IllegalArgumentException("unknown database " + kind);
    };
  }

  /**
   * Plays a scenario on both at the same time; again, when something was wrong and one of them had
   * said that it was too busy.
   *
   * @param number makes its users different from those of all others; one digit is appended
   * @return what is wrong
   */
  List<String> play(final Scenario scenario, final String number) {
    List<String> problems = List.of();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      final int stockBusy = stock.overloaded();
      final int oursBusy = ours.overloaded();
      problems = playOnce(scenario, number + attempt);
      if (problems.isEmpty()
          || (stock.overloaded() == stockBusy && ours.overloaded() == oursBusy)) {
        return problems;
      }
    }
    return problems;
  }

  private List<String> playOnce(final Scenario scenario, final String number) {
    final boolean alike = ours.modules() == ModuleSet.STOCK;
    final Side second = alike ? Side.STOCK : Side.OURS;
    final CompletableFuture<Transcript> left =
        later(executor, () -> Performance.play(scenario, stock, Side.STOCK, number));
    final CompletableFuture<Transcript> right =
        later(executor, () -> Performance.play(scenario, ours, second, number));
    return alike
        ? Comparison.withoutDeviations(scenario, left.join(), right.join())
        : Comparison.problems(scenario, left.join(), right.join());
  }

  /** Lines of our Kamailio's log that must not be there. */
  List<String> alarms() {
    return ours.modules() == ModuleSet.STOCK ? List.of() : ours.alarms();
  }

  @Override
  public void close() {
    final List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (final Server server : List.of(stock, ours)) {
      closing.add(CompletableFuture.runAsync(server::close, executor));
    }
    try {
      CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new)).join();
    } finally {
      remove(directory);
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("kamdiff");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(final Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
