// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a call from a SIP worker to the engine and back costs. The route script makes the calls in a
 * loop, so that SIP itself does not count; the same loop around a function that stays in the worker
 * is measured as well and subtracted. The function asked is {@code pres_has_subscribers()}, which
 * decides next to nothing, about a presentity that somebody watches: a call that the engine did not
 * answer returns false and fails the measurement.
 */
final class RoundTrips {
  private static final int WORKERS = 4;
  private static final int CALLS_PER_REQUEST = 1_000;
  private static final int TIMED_PER_REQUEST = 200;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int ATTEMPTS_PER_ROUND = 3;
  private static final int WINDOW = 4 * WORKERS;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String GROUP = "round trip, " + WORKERS + " busy workers";

  private static final String SCRIPT =
      """
      request_route {
        if(is_method("SUBSCRIBE")) {
          if(t_newtran()) {
            handle_subscribe();
            t_release();
          }
          exit;
        }
        $var(i) = 0;
        $var(true) = 0;
        $var(times) = "";
        switch($hdr(X-Loop)) {
          case "calls":
            while($var(i) < %1$d) {
              if(pres_has_subscribers("sip:bench-p0@127.0.0.1", "presence")) {
                $var(true) = $var(true) + 1;
              }
              $var(i) = $var(i) + 1;
            }
          break;
          case "empty":
            while($var(i) < %1$d) {
              if(is_method("OPTIONS")) {
                $var(true) = $var(true) + 1;
              }
              $var(i) = $var(i) + 1;
            }
          break;
          case "timed":
            while($var(i) < %2$d) {
              $var(second) = $TV(sn);
              $var(from) = $TV(un);
              if(pres_has_subscribers("sip:bench-p0@127.0.0.1", "presence")) {
                $var(true) = $var(true) + 1;
              }
              $var(second) = $TV(sn) - $var(second);
              $var(took) = $TV(un) - $var(from) + $var(second) * 1000000;
              $var(times) = $var(times) + $var(took) + ",";
              $var(i) = $var(i) + 1;
            }
          break;
        }
        append_to_reply("X-True: $var(true)\\r\\nX-Times: $var(times)\\r\\n");
        sl_send_reply("200", "OK");
        exit;
      }
      """
          .formatted(CALLS_PER_REQUEST, TIMED_PER_REQUEST);

  private final Size size;

  RoundTrips(final Size size) {
    this.size = size;
  }

  /** One round's use for one call, in microseconds. */
  private record Cost(double kamailio, double engine, double wall) {
    double cpu() {
      return kamailio + engine;
    }
  }

  /** What a run's replies say: calls that returned true, and how long each timed one took. */
  private record Replies(long answered, List<Integer> micros) {}

  List<Figure> measure() {
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .workers(WORKERS)
            .global("max_while_loops=" + 2 * CALLS_PER_REQUEST)
            .script(SCRIPT);
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      subscribe(kamailio.port());
      final CpuUse.Meter meter = new CpuUse.Meter(kamailio);
      run(peer, "calls", WARM_UP_ROUNDS * size.requests());
      final List<Cost> costs = new ArrayList<>();
      int attempts = 0;
      while (costs.size() < size.loops()) {
        if (attempts++ == ATTEMPTS_PER_ROUND * size.loops()) {
          throw new IllegalStateException("the engine gives the busy answer again and again");
        }
        round(peer, meter).ifPresent(costs::add);
      }
      final Quantiles times =
          Quantiles.of(run(peer, "timed", Math.max(20, size.requests())).micros());
      return List.of(
          figure("CPU per call, all processes", costs, Cost::cpu),
          figure("CPU per call, Kamailio's side", costs, Cost::kamailio),
          figure("CPU per call, engine's side", costs, Cost::engine),
          figure("wall clock per call over all workers", costs, Cost::wall),
          new Figure(GROUP, "latency of a call, median", times.at(0.5), "µs"),
          new Figure(GROUP, "latency of a call, 99 of 100 are below", times.at(0.99), "µs"),
          new Figure(GROUP, "calls measured", (double) size.loops() * calls(), "calls"),
          new Figure(GROUP, "rounds repeated", attempts - costs.size(), "rounds"));
    }
  }

  /** One watcher, who need not stay: nothing is sent to him again. */
  private static void subscribe(final int port) {
    final Load load =
        Load.of("subscribe")
            .with("prefix", "bench")
            .with("presentities", 1)
            .with("operations", 1)
            .with("no-documents", "");
    if (LoadGenerator.run(load, port, LoadGenerator.NOBODY).number("subscriptions") != 1) {
      throw new IllegalStateException("no subscription");
    }
  }

  /** Empty when not every call was answered: such a round says nothing about the others. */
  private Optional<Cost> round(final RawSipPeer peer, final CpuUse.Meter meter) {
    final CpuUse atStart = meter.read();
    run(peer, "empty", size.requests());
    final CpuUse afterEmpty = meter.read();
    final long from = System.nanoTime();
    final Replies replies = run(peer, "calls", size.requests());
    final double wall = (System.nanoTime() - from) / 1000.0 / calls();
    final CpuUse loop = afterEmpty.minus(atStart);
    final CpuUse net = meter.read().minus(afterEmpty).minus(loop);
    return replies.answered() < calls()
        ? Optional.empty()
        : Optional.of(
            new Cost(
                (double) net.kamailioMicros() / calls(),
                (double) net.engineMicros() / calls(),
                wall));
  }

  private long calls() {
    return (long) size.requests() * CALLS_PER_REQUEST;
  }

  private static Figure figure(
      final String name, final List<Cost> costs, final ToDoubleFunction<Cost> part) {
    final List<Double> values = costs.stream().map(part::applyAsDouble).toList();
    return new Figure(GROUP, name, Quantiles.of(values).median(), "µs");
  }

  /** Sends so many requests, never fewer under way than keep all workers busy. */
  private static Replies run(final RawSipPeer peer, final String loop, final int requests) {
    final List<Integer> times = new ArrayList<>();
    long yes = 0;
    int sent = 0;
    int replies = 0;
    while (replies < requests) {
      while (sent < requests && sent - replies < WINDOW) {
        peer.send(options(peer, loop).text());
        sent++;
      }
      final SipMessage reply =
          peer.receive(LIMIT).orElseThrow(() -> new IllegalStateException("no reply to OPTIONS"));
      yes += Long.parseLong(reply.required("X-True"));
      times.addAll(times(reply.required("X-Times")));
      replies++;
    }
    return new Replies(yes, times);
  }

  private static RequestDraft options(final RawSipPeer peer, final String loop) {
    return peer.request("OPTIONS", "sip:loop@127.0.0.1", "sip:bench@127.0.0.1")
        .header("X-Loop", loop);
  }

  private static List<Integer> times(final String header) {
    return Arrays.stream(header.split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .map(Integer::valueOf)
        .toList();
  }
}
