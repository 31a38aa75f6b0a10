// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.Locale;

/** What is compared. Of several rounds the median counts, or the sum where a single one is bad. */
enum Metric {
  OPERATIONS("operations", "/s", Better.MORE, false),
  NOTIFIES("NOTIFYs", "/s", Better.MORE, false),
  P50("latency p50", "µs", Better.LESS, false),
  P99("latency p99", "µs", Better.LESS, false),
  P999("latency p99.9", "µs", Better.LESS, false),
  NOTIFY_P50("NOTIFY p50", "µs", Better.LESS, false),
  NOTIFY_P99("NOTIFY p99", "µs", Better.LESS, false),
  CPU("CPU per operation", "µs", Better.LESS, false),
  CPU_ENGINE("of it the engine", "µs", Better.LESS, false),
  CPU_DATABASE("database's CPU per operation", "µs", Better.LESS, false),
  CPU_GENERATOR("load generator's CPU per operation", "µs", Better.LESS, false),
  MEMORY("memory (PSS)", "MB", Better.LESS, false),
  SHARED_PEAK("shared memory, peak", "MB", Better.LESS, false),
  ERRORS("refused or unanswered", "", Better.LESS, true),
  BUSY("of these the busy answer", "", Better.LESS, true),
  RETRANSMITTED("requests sent again", "", Better.LESS, true),
  LOST("NOTIFYs lost", "", Better.LESS, true),
  REPEATED("NOTIFYs repeated", "", Better.LESS, true),
  NOTIFY_RETRANSMITTED("NOTIFYs retransmitted", "", Better.LESS, true),
  LATE("NOTIFYs overtaken", "", Better.LESS, true),
  BACKWARDS("states going backwards", "", Better.LESS, true),
  STALE("watchers on an old state", "", Better.LESS, true),
  MOST_PER_WATCHER("most NOTIFYs to one watcher", "", Better.LESS, false),
  CONVERGED("until the last NOTIFY", "ms", Better.LESS, false),
  PUBLISHES_PEAK("most PUBLISHes in one second", "", Better.LESS, false),
  SPAN("from the first refresh to the last", "ms", Better.MORE, false),
  SERVER_DROPS("datagrams the server had no room for", "", Better.LESS, true),
  GENERATOR_DROPS("datagrams the generator had no room for", "", Better.LESS, true),
  KNEE("the knee", "/s", Better.MORE, false),
  OF_THE_KNEE("kept at twice the knee", "%", Better.MORE, false),
  TROUBLE("trouble after it for", "ms", Better.LESS, false),
  START("start to serving", "ms", Better.LESS, false),
  BYTES("bytes per subscription", "B", Better.LESS, false),
  HEAP_BYTES("of it engine heap", "B", Better.LESS, false),
  RECOVERY_BYTES("of it recovery log", "B", Better.LESS, false),
  HEAP_USER("engine heap per user, registered and watched", "B", Better.LESS, false),
  REGISTRATION_CPU("CPU per registration", "µs", Better.LESS, false),
  REGISTRATION_ENGINE("of that the engine", "µs", Better.LESS, false),
  SHARED_BYTES("of it Kamailio's shared memory", "B", Better.LESS, false),
  BACK("engine killed until a PUBLISH is accepted", "ms", Better.LESS, false),
  HEAP("engine's heap after a collection", "MB", Better.LESS, false),
  MEMORY_GROWTH("memory, last minute to third", "%", Better.LESS, false),
  HEAP_GROWTH("heap, last minute to third", "%", Better.LESS, false),
  LATENCY_GROWTH("NOTIFY p99, last minute to third", "%", Better.LESS, false),
  PAUSES("pauses of the engine", "", Better.LESS, false),
  PAUSE_P999("a pause, p99.9", "ms", Better.LESS, false),
  PAUSE_MAX("the longest pause", "ms", Better.LESS, false),
  IDLE_CPU("idle CPU per minute", "ms", Better.LESS, false);

  /** Which direction is the good one. */
  enum Better {
    MORE,
    LESS
  }

  private final String title;
  private final String unit;
  private final Better better;
  private final boolean summed;

  Metric(final String title, final String unit, final Better better, final boolean summed) {
    this.title = title;
    this.unit = unit;
    this.better = better;
    this.summed = summed;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  Better better() {
    return better;
  }

  /** Whether rounds are added up: each single one is a fault. */
  boolean summed() {
    return summed;
  }

  /** A value with its unit, as people read it. */
  String show(final double value) {
    final boolean whole = summed || Math.abs(value) >= 100 || value == 0;
    final String number = String.format(Locale.ROOT, whole ? "%,.0f" : "%.1f", value);
    return unit.isEmpty() ? number : number + (unit.startsWith("/") ? "" : " ") + unit;
  }
}
