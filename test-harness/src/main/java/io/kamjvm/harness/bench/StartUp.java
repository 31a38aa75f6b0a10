// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long Kamailio takes until the engine is ready, which part of it is the engine's, and how long
 * a killed engine is away. Nothing is stored, so nothing is loaded.
 */
final class StartUp {
  private static final String GROUP = "start-up";
  private static final String READY = "the engine is ready";
  private static final String SERVES = "engine \\d+ serves";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final double NANOS_PER_MILLI = 1e6;

  private final Size size;

  StartUp(final Size size) {
    this.size = size;
  }

  List<Figure> measure() {
    final List<Double> whole = new ArrayList<>();
    final List<Double> engine = new ArrayList<>();
    final List<Double> cpu = new ArrayList<>();
    final List<Double> back = new ArrayList<>();
    for (int i = 0; i < size.starts(); i++) {
      /* the keeper waits longer before each restart of an engine that dies early: one kill each */
      try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly())) {
        final long ready = arrival(kamailio, READY, 0);
        final long pid = kamailio.engine().orElseThrow();
        final ProcStat stat = ProcStat.of(pid);
        whole.add((ready - kamailio.startedNanos()) / NANOS_PER_MILLI);
        engine.add((ready + bootOffsetNanos() - stat.startNanos()) / NANOS_PER_MILLI);
        cpu.add(stat.cpuMicros() / 1000.0);
        final long mark = kamailio.log().mark();
        final long killed = System.nanoTime();
        Signal.KILL.send(pid);
        back.add((arrival(kamailio, SERVES, mark) - killed) / NANOS_PER_MILLI);
      }
    }
    return List.of(
        median("Kamailio's start to engine ready", whole),
        median("of it from the engine's fork", engine),
        median("CPU of the engine until it serves", cpu),
        median("engine killed to engine serving again", back));
  }

  private static Figure median(final String name, final List<Double> millis) {
    return new Figure(GROUP, name, Quantiles.of(millis).median(), "ms");
  }

  private static long arrival(final KamailioProcess kamailio, final String line, final long mark) {
    kamailio.log().await(line, mark, LIMIT);
    return kamailio.log().arrivalNanos(line, mark).orElseThrow();
  }

  /* /proc/uptime is cut to 10 ms; the largest difference seen over two ticks is nearly exact */
  private static long bootOffsetNanos() {
    final long from = System.nanoTime();
    long offset = Long.MIN_VALUE;
    while (System.nanoTime() - from < Duration.ofMillis(25).toNanos()) {
      offset = Math.max(offset, uptimeNanos() - System.nanoTime());
    }
    return offset;
  }

  private static long uptimeNanos() {
    try {
      final String seconds = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
      return Math.round(Double.parseDouble(seconds) * 1e9);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
