// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Ours alone: how long after SIGKILL to the engine, with so many subscriptions and under full
 * durable load, a PUBLISH is accepted again. What became of acknowledged changes is audited by the
 * tests (DurabilityAuditTest).
 *
 * @param size how often
 */
record EngineKilledExperiment(Size size, int subscriptions) implements Experiment {
  private static final int WINDOW = 128;
  private static final int SECONDS = 12;
  private static final Duration PACE = Duration.ofMillis(50);
  private static final long LIMIT_NANOS = Duration.ofSeconds(30).toNanos();
  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public String name() {
    return "engine-killed";
  }

  @Override
  public Comparison compare(final Databases databases) {
    final Setup setup = StoredSubscriptions.setup(subscriptions);
    final String url = databases.create(Storage.WRITE_BACK, ModuleSet.OURS);
    StoredSubscriptions.fill(databases, setup, ModuleSet.OURS, url, subscriptions);
    final List<Sample> samples = new ArrayList<>();
    try (KamailioProcess kamailio = KamailioProcess.start(setup.config(ModuleSet.OURS, url))) {
      for (int round = 0; round < size.rounds(); round++) {
        databases.settle(Storage.WRITE_BACK);
        samples.add(measure(kamailio));
      }
    }
    return new Comparison(
        name(),
        String.format(Locale.ROOT, "engine killed, %,d subscriptions", subscriptions),
        setup.told() + "; SIGKILL while " + WINDOW + " PUBLISHes are under way",
        Map.of(ModuleSet.OURS, samples));
  }

  private static Sample measure(final KamailioProcess kamailio) {
    final Killer killer = new Killer(kamailio);
    LoadGenerator.run(
        Load.of("publish")
            .with("presentities", WINDOW)
            .with("window", WINDOW)
            .with("warmup", SECONDS / 3)
            .with("seconds", SECONDS),
        kamailio.port(),
        killer);
    return Sample.of(Map.of(Metric.BACK, killer.back.join()));
  }

  /** Kills when the measurement begins, and knocks until somebody answers. */
  private static final class Killer implements LoadGenerator.Witness {
    private final KamailioProcess kamailio;
    private CompletableFuture<Double> back = new CompletableFuture<>();

    Killer(final KamailioProcess kamailio) {
      this.kamailio = kamailio;
    }

    @Override
    public void begins() {
      final long engine = kamailio.engine().orElseThrow();
      back = CompletableFuture.supplyAsync(() -> kill(engine));
    }

    @Override
    public void ends() {
      // what has to be measured is measured before
    }

    private double kill(final long engine) {
      try (RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
        final long from = System.nanoTime();
        Signal.KILL.send(engine);
        // deferred replies of what came before may still leave: only later requests count
        while (System.nanoTime() - from < LIMIT_NANOS) {
          peer.send(knock(peer).text());
          if (accepted(peer)) {
            return (System.nanoTime() - from) / NANOS_PER_MILLI;
          }
        }
      }
      throw new LoadFailedException("no PUBLISH is accepted after the engine's death");
    }

    /** One of the knocks is accepted; the first that is may be slow, and others on their way. */
    private static boolean accepted(final RawSipPeer peer) {
      final long next = System.nanoTime() + PACE.toNanos();
      while (System.nanoTime() < next) {
        if (peer.receive(Duration.ofNanos(Math.max(1, next - System.nanoTime())))
            .filter(reply -> reply.code() == 200)
            .isPresent()) {
          return true;
        }
      }
      return false;
    }

    private static RequestDraft knock(final RawSipPeer peer) {
      final String uri = "sip:knock" + System.nanoTime() + "@bench";
      return peer.request("PUBLISH", uri, uri)
          .header("Event", "presence")
          .header("Expires", "600")
          .body(Documents.PIDF, Documents.pidf(uri, "t", "open", "knock"));
    }
  }
}
