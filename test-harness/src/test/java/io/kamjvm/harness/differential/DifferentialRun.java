// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.db.PostgresServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Plays scenarios, several at a time. Those with the same profile and database share a pair of
 * Kamailios; a few pairs run at once.
 */
final class DifferentialRun implements AutoCloseable {
  private static final int PAIRS = 2;
  private static final int SCENARIOS_PER_PAIR = 6;

  private final ExecutorService pairs = Executors.newFixedThreadPool(PAIRS);
  private final ExecutorService work = Executors.newCachedThreadPool();
  private final List<Played> played = new ArrayList<>();

  /**
   * A scenario on one database.
   *
   * @param problems what is wrong, when it is known
   */
  record Played(String title, URI source, CompletableFuture<List<String>> problems) {}

  private record Share(Profile profile, String database, int owner) {}

  private record Planned(Scenario scenario, String number, Played played) {}

  /** Begins to play. */
  static DifferentialRun start(
      final List<ScenarioFiles.Located> scenarios,
      final ScenarioFiles files,
      final PostgresServer postgres) {
    final DifferentialRun run = new DifferentialRun();
    final Map<Share, List<Planned>> plan = run.plan(scenarios, files);
    plan.forEach(
        (share, planned) ->
            run.pairs.execute(() -> run.play(share, planned, files.script(), postgres)));
    run.pairs.shutdown();
    return run;
  }

  private Map<Share, List<Planned>> plan(
      final List<ScenarioFiles.Located> scenarios, final ScenarioFiles files) {
    final Map<Share, List<Planned>> plan = new LinkedHashMap<>();
    int number = 77_000_000;
    for (final ScenarioFiles.Located located : scenarios) {
      final Scenario scenario = located.scenario();
      final Profile profile = files.profile(scenario.profile());
      final List<String> databases =
          scenario.databases().isEmpty() ? profile.databases() : scenario.databases();
      for (final String database : databases) {
        number++;
        final Played result =
            new Played(
                scenario.title() + (databases.size() > 1 ? " (" + database + ")" : ""),
                located.source(),
                new CompletableFuture<>());
        played.add(result);
        plan.computeIfAbsent(
                new Share(profile, database, scenario.needsOwnPair() ? number : 0),
                share -> new ArrayList<>())
            .add(new Planned(scenario, Integer.toString(number), result));
      }
    }
    return plan;
  }

  private void play(
      final Share share,
      final List<Planned> planned,
      final String script,
      final PostgresServer postgres) {
    try (Pair pair = Pair.start(share.profile(), script, share.database(), postgres, work)) {
      /* SQLite knows one writer at a time, and stock's workers do not wait long for it */
      final int width = share.database().equals("sqlite") ? 1 : SCENARIOS_PER_PAIR;
      final ExecutorService scenarios = Executors.newFixedThreadPool(width);
      final List<CompletableFuture<Void>> playing = new ArrayList<>();
      for (final Planned one : planned) {
        playing.add(
            CompletableFuture.runAsync(
                () -> one.played().problems().complete(pair.play(one.scenario(), one.number())),
                scenarios));
      }
      try {
        CompletableFuture.allOf(playing.toArray(CompletableFuture[]::new)).join();
      } finally {
        scenarios.shutdown();
      }
      final List<String> alarms = pair.alarms();
      if (!alarms.isEmpty()) {
        throw new IllegalStateException("alarms in Kamailio's log: " + alarms);
      }
    } catch (final CompletionException | IllegalStateException | AssertionError e) {
      fail(planned, e);
    } catch (final RuntimeException e) {
      fail(planned, e);
      throw e;
    }
  }

  /* whatever they showed, it does not count; the first one tells why */
  private static void fail(final List<Planned> planned, final Throwable why) {
    planned.get(0).played().problems().obtrudeException(why);
    planned.stream()
        .skip(1)
        .forEach(
            one ->
                one.played()
                    .problems()
                    .obtrudeValue(List.of("no result, see: " + planned.get(0).played().title())));
  }

  /** Every scenario, in order. */
  List<Played> played() {
    return List.copyOf(played);
  }

  @Override
  public void close() {
    pairs.shutdownNow();
    work.shutdown();
  }
}
