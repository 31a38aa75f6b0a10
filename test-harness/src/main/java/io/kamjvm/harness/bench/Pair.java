// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Two running Kamailios with the same cfg but for {@code mpath}. One thread. */
final class Pair implements AutoCloseable {
  private final Setup setup;
  private final Databases databases;
  private final Map<ModuleSet, KamailioProcess> running = new EnumMap<>(ModuleSet.class);

  /**
   * Starts both.
   *
   * @throws io.kamjvm.harness.KamailioStartException when one of them does not start
   */
  Pair(final Setup setup, final Databases databases) {
    this.setup = setup;
    this.databases = databases;
    final Map<ModuleSet, CompletableFuture<KamailioProcess>> starting =
        new EnumMap<>(ModuleSet.class);
    for (final ModuleSet side : ModuleSet.values()) {
      final String url = databases.create(setup.storage(), side);
      starting.put(
          side,
          CompletableFuture.supplyAsync(() -> KamailioProcess.start(setup.config(side, url))));
    }
    try {
      starting.forEach((side, start) -> running.put(side, start.join()));
    } catch (final RuntimeException e) {
      starting.values().forEach(start -> start.thenAccept(KamailioProcess::close));
      throw e;
    }
  }

  KamailioProcess kamailio(final ModuleSet side) {
    return running.get(side);
  }

  /** Puts a load on one side and reads what it used. */
  Sample measure(final ModuleSet side, final Load load) {
    databases.settle(setup.storage());
    final UsageMeter meter = meter(side);
    final LoadResult result = LoadGenerator.run(load, kamailio(side).port(), meter);
    return Sample.of(result, meter.usage());
  }

  /** For what one side uses. */
  UsageMeter meter(final ModuleSet side) {
    final OptionalLong database = databases.pid(setup.storage());
    return new UsageMeter(kamailio(side), database);
  }

  /** The order of rounds: A B B A A B …, so that what changes with time hits both alike. */
  static List<ModuleSet> order(final int round) {
    return round % 2 == 0
        ? List.of(ModuleSet.STOCK, ModuleSet.OURS)
        : List.of(ModuleSet.OURS, ModuleSet.STOCK);
  }

  @Override
  public void close() {
    running.values().forEach(KamailioProcess::close);
  }
}
