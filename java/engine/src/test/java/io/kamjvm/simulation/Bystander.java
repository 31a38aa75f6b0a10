// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.SipReply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Watches all that publishers and watchers experience, remembers it, and objects. */
final class Bystander {
  private final VirtualTime time;
  private final boolean tracing;
  private final List<String> trace = new ArrayList<>();
  private final List<List<String>> seen = new ArrayList<>();
  private final Set<String> tags = new HashSet<>();
  private final List<Jump> jumps = new ArrayList<>();
  private boolean recording;
  long acknowledged;
  long refused;
  long notified;
  long restarts;
  long compared;

  /** What the clock read when. */
  private record Jump(long millis, long clock) {}

  /**
   * @param tracing whether everything is remembered for those who read
   * @param recording whether what peers see is remembered for comparison
   */
  Bystander(final VirtualTime time, final boolean tracing, final boolean recording) {
    this.time = time;
    this.tracing = tracing;
    this.recording = recording;
  }

  /** Somebody sets the clock. */
  void clockIsSet(final long seconds) {
    jumps.add(new Jump(time.monotonicMillis(), now()));
    time.jump(seconds);
    jumps.add(new Jump(time.monotonicMillis(), now()));
  }

  /** A span of time. */
  record Span(long earliest, long latest) {}

  /** What the clock may have read since it read {@code then}, at {@code thenMillis}. */
  Span since(final long then, final long thenMillis) {
    long earliest = Math.min(then, now());
    long latest = Math.max(then, now());
    for (final Jump jump : jumps) {
      if (jump.millis >= thenMillis) {
        earliest = Math.min(earliest, jump.clock);
        latest = Math.max(latest, jump.clock);
      }
    }
    return new Span(earliest, latest);
  }

  long millis() {
    return time.monotonicMillis();
  }

  long now() {
    return time.epochSeconds();
  }

  void note(final Supplier<String> what) {
    if (tracing) {
      trace.add(String.format("%10.3f s  %s", time.monotonicMillis() / 1000.0, what.get()));
    }
  }

  void check(final boolean holds, final Supplier<String> otherwise) {
    if (!holds) {
      final String what = otherwise.get();
      note(() -> "OBJECTION: " + what);
      throw new AssertionError(what);
    }
  }

  void check(final BooleanSupplier holds, final Supplier<String> otherwise) {
    check(holds.getAsBoolean(), otherwise);
  }

  boolean isNewTag(final String etag) {
    return tags.add(etag);
  }

  void answered(final Object who, final SipReply reply) {
    if (reply.code() < 300) {
      acknowledged++;
    }
    see(() -> who.toString().replaceAll(" a\\..*", "") + " -> " + reply.code());
  }

  void busy(final Object who) {
    refused++;
    see(() -> who + " -> busy");
  }

  /** Something that peers can see. */
  void see(final Supplier<String> what) {
    if (recording) {
      if (seen.isEmpty()) {
        nextStep();
      }
      seen.get(seen.size() - 1).add(what.get());
    }
  }

  /** What comes now is not to be compared. */
  void forgetSeeing() {
    recording = false;
  }

  void nextStep() {
    seen.add(new ArrayList<>());
  }

  /** What peers have seen, step by step, in no order within a step. */
  List<List<String>> seen() {
    return seen.stream().map(step -> step.stream().sorted().toList()).toList();
  }

  List<String> trace() {
    return trace;
  }
}
