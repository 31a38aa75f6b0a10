// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Memory of a Kamailio that holds subscriptions and no documents, everything in memory: {@code
 * subs_db_mode} 0, {@code publ_cache} 2. Read after Kamailio's transactions are gone.
 */
final class Memory {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration TRANSACTIONS_END = Duration.ofSeconds(20);
  private static final int SHARED_MEGABYTES = 512;
  private static final double KILO = 1024;

  private final Size size;

  Memory(final Size size) {
    this.size = size;
  }

  List<Figure> measure() {
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .workers(4)
            .sharedMemory(SHARED_MEGABYTES)
            .presence("jvm_options", HeapUse.JVM_OPTION)
            .script(
                """
                request_route {
                  if(is_method("SUBSCRIBE") && t_newtran()) {
                    handle_subscribe();
                    t_release();
                    exit;
                  }
                  sl_send_reply("200", "OK");
                }
                """);
    final List<Figure> figures = new ArrayList<>();
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SubscriberCrowd crowd = new SubscriberCrowd(kamailio.port())) {
      figures.addAll(reading(kamailio, 0));
      final int few = crowd.growTo(size.few(), LIMIT);
      figures.addAll(reading(kamailio, few));
      final int many = crowd.growTo(size.many(), LIMIT);
      figures.addAll(reading(kamailio, many));
      figures.add(
          new Figure(
              group(many), "SUBSCRIBEs given the busy answer", crowd.busyAnswers(), "requests"));
    }
    return figures;
  }

  private static List<Figure> reading(final KamailioProcess kamailio, final int subscriptions) {
    Await.until(
        "Kamailio's transactions ended",
        TRANSACTIONS_END,
        () -> kamailio.kamcmd().run("tm.stats").field("current").equals(List.of("0")));
    final String group = group(subscriptions);
    final long pid = kamailio.engine().orElseThrow();
    final MemoryMap engine = MemoryMap.of(List.of(pid));
    final MemoryMap others =
        MemoryMap.of(kamailio.pids().stream().filter(other -> other != pid).toList());
    final List<Figure> figures = new ArrayList<>();
    figures.add(megabytes(group, "engine, RSS", engine.residentKilobytes()));
    figures.add(megabytes(group, "engine, PSS", engine.shareKilobytes()));
    HeapUse.afterCollection(pid)
        .ifPresent(used -> figures.add(megabytes(group, "engine, live Java heap", used)));
    figures.add(megabytes(group, "Kamailio's processes, sum of RSS", others.residentKilobytes()));
    figures.add(megabytes(group, "Kamailio's processes, sum of PSS", others.shareKilobytes()));
    figures.add(
        megabytes(group, "Kamailio's shared memory, now", shared(kamailio, "real_used") / KILO));
    figures.add(
        megabytes(group, "Kamailio's shared memory, peak", shared(kamailio, "max_used") / KILO));
    return figures;
  }

  private static double shared(final KamailioProcess kamailio, final String field) {
    return kamailio.kamcmd().run("core.shmmem").field(field).stream()
        .mapToDouble(Double::parseDouble)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("core.shmmem gives no " + field));
  }

  private static String group(final int subscriptions) {
    return String.format(Locale.ROOT, "memory, %,d subscriptions", subscriptions);
  }

  private static Figure megabytes(final String group, final String name, final double kilobytes) {
    return new Figure(group, name, kilobytes / KILO, "MB");
  }
}
