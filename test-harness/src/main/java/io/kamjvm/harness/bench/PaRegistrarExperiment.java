// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.sip.RawSipPeer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Ours alone: domain {@code registrar} of module pa. So many users register, one after the other;
 * then somebody subscribes to each. What the engine needs for both, and what its heap holds more
 * than before any of it, per user.
 */
record PaRegistrarExperiment(int users) implements Experiment {
  private static final String PREFIX = "pareg";
  private static final int WINDOW = 32;
  private static final double KILO = 1024;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String SCRIPT =
      """
      request_route {
        if(is_method("REGISTER")) {
          save("location");
        } else if(is_method("SUBSCRIBE")) {
          t_newtran();
          pa_handle_subscription("registrar");
        } else {
          sl_send_reply("200", "OK");
        }
      }
      """;

  @Override
  public String name() {
    return "pa-registrar";
  }

  private static KamailioConfig config() {
    return KamailioConfig.memoryOnly()
        .workers(Setup.WORKERS)
        .sharedMemory(256)
        .presence("jvm_options", HeapUse.JVM_OPTION)
        .line("loadmodule \"usrloc.so\"")
        .line("loadmodule \"registrar.so\"")
        .line("loadmodule \"pa.so\"")
        .line("modparam(\"usrloc\", \"use_domain\", 1)")
        .line("modparam(\"pa\", \"auth\", \"none\")")
        .line("modparam(\"tm\", \"wt_timer\", " + Setup.WT_TIMER_MILLIS + ")")
        .script(SCRIPT);
  }

  @Override
  public Comparison compare(final Databases databases) {
    try (KamailioProcess kamailio = KamailioProcess.start(config())) {
      return new Comparison(
          name(),
          String.format(Locale.ROOT, "pa, %,d registered users", users),
          "module pa in memory, usrloc without database, registrations one after the other, "
              + WINDOW
              + " SUBSCRIBEs under way",
          Map.of(ModuleSet.OURS, List.of(measure(kamailio))));
    }
  }

  private Sample measure(final KamailioProcess kamailio) {
    final double before = heap(kamailio);
    final CpuUse.Meter cpu = new CpuUse.Meter(kamailio);
    final CpuUse begin = cpu.read();
    register(kamailio);
    final CpuUse registration = cpu.read().minus(begin);
    final UsageMeter meter = new UsageMeter(kamailio, OptionalLong.empty());
    final LoadResult subscriptions =
        LoadGenerator.run(
            Load.of("subscribe")
                .with("prefix", PREFIX)
                .with("presentities", users)
                .with("operations", users)
                .with("window", WINDOW)
                .with("warmup", 0)
                .with("seconds", 120)
                .with("no-documents", ""),
            kamailio.port(),
            meter);
    check(kamailio);
    Await.until(
        "Kamailio's transactions ended",
        LIMIT,
        () -> kamailio.kamcmd().run("tm.stats").field("current").equals(List.of("0")));
    return Sample.of(subscriptions, meter.usage())
        .with(Metric.REGISTRATION_CPU, cpuOf(registration) / users)
        .with(Metric.REGISTRATION_ENGINE, (double) registration.engineMicros() / users)
        .with(Metric.HEAP_USER, (heap(kamailio) - before) / users);
  }

  private static double cpuOf(final CpuUse use) {
    return (double) use.kamailioMicros() + use.engineMicros();
  }

  private static double heap(final KamailioProcess kamailio) {
    return KILO * HeapUse.afterCollection(kamailio.engine().orElseThrow()).orElse(0);
  }

  private void register(final KamailioProcess kamailio) {
    try (RawSipPeer peer = RawSipPeer.udp(kamailio.port())) {
      for (int i = 0; i < users; i++) {
        // named as the load generator names its presentities
        final String user = PREFIX + "-p" + i;
        final String uri = "sip:" + user + "@127.0.0.1";
        final int code =
            peer.exchange(
                    peer.request("REGISTER", "sip:127.0.0.1", uri)
                        .with("To", "<" + uri + ">")
                        .header("Contact", "<sip:" + user + "@192.0.2.9>")
                        .header("Expires", "3600"))
                .code();
        if (code != 200) {
          throw new LoadFailedException("REGISTER is answered " + code);
        }
      }
    }
  }

  /** Everybody is watched and was found in the location table. */
  private void check(final KamailioProcess kamailio) {
    final var trace = kamailio.kamcmd().run("pa.trace");
    for (final String field : List.of("registrar_watchers", "registrar_source_tuples")) {
      if (!trace.field(field).equals(List.of(Integer.toString(users)))) {
        throw new LoadFailedException(field + " is " + trace.field(field) + ", not " + users);
      }
    }
  }
}
