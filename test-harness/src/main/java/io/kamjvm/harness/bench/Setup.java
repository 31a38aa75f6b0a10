// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.ModuleSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cfg of both Kamailios of a comparison: the same text but for {@code mpath}, and for the
 * database's URL where the two have different embedded databases. Immutable.
 *
 * @param storage where state is kept
 * @param transaction whether the route script makes a transaction first
 * @param sharedMegabytes Kamailio's {@code -m}
 * @param ours parameters of presence that only our modules have
 */
record Setup(Storage storage, boolean transaction, int sharedMegabytes, Map<String, Object> ours) {
  static final int WORKERS = 4;

  /** tm keeps a transaction, and about 11 kB with it, for so long after its end. */
  static final int WT_TIMER_MILLIS = 2_000;

  static final int SHARED_MEGABYTES = 1_024;

  private static final String TRANSACTION =
      """
        if(!t_newtran()) {
          sl_reply_error();
          exit;
        }
      """;

  private static final String SCRIPT =
      """
      request_route {
        if(is_method("OPTIONS")) {
          sl_send_reply("200", "OK");
          exit;
        }
      %s  if(is_method("PUBLISH")) {
          handle_publish();
        } else if(is_method("SUBSCRIBE")) {
          handle_subscribe();
        }
      %s  exit;
      }
      """;

  Setup {
    ours = new LinkedHashMap<>(ours);
  }

  static Setup of(final Storage storage) {
    return new Setup(storage, true, SHARED_MEGABYTES, Map.of());
  }

  Setup stateless() {
    return new Setup(storage, false, sharedMegabytes, ours);
  }

  Setup sharedMemory(final int megabytes) {
    return new Setup(storage, transaction, megabytes, ours);
  }

  Setup onlyOurs(final String parameter, final Object value) {
    final Map<String, Object> more = new LinkedHashMap<>(ours);
    more.put(parameter, value);
    return new Setup(storage, transaction, sharedMegabytes, more);
  }

  /** The cfg of one side. */
  KamailioConfig config(final ModuleSet side, final String databaseUrl) {
    final KamailioConfig config =
        (databaseUrl.isEmpty() ? KamailioConfig.bare() : KamailioConfig.on(databaseUrl))
            .modules(side)
            .workers(WORKERS)
            .sharedMemory(sharedMegabytes)
            .presence("subs_db_mode", storage.subsDbMode())
            .presence("publ_cache", storage.publCache())
            .line("modparam(\"tm\", \"wt_timer\", " + WT_TIMER_MILLIS + ")")
            .script(
                SCRIPT.formatted(
                    transaction ? TRANSACTION : "", transaction ? "  t_release();\n" : ""));
    if (side == ModuleSet.OURS) {
      ours.forEach(config::presence);
    }
    return config;
  }

  /** What a reader has to know of it. */
  String told() {
    return storage.title()
        + (transaction ? ", in a transaction" : ", stateless")
        + ", "
        + WORKERS
        + " UDP workers, wt_timer "
        + WT_TIMER_MILLIS
        + " ms, -m "
        + sharedMegabytes;
  }
}
