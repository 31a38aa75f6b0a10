// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.KamailioDouble.Outcome;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.SystemClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The warm-up of the modules of this build, and that it leaves nothing behind. */
class PresenceRehearsalTest {
  private static final int LIST = 1;

  @Test
  @DisplayName("The warm-up plays whole rounds, without a warning, and its state is gone after it")
  void playsAndVanishes() {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.kamailio.config(PresenceRehearsalTest::presence);
    engine.start(Modules.standard(RecoveryLog.none()));
    engine.await(() -> engine.kamailio.state() != ENGINE_STARTING);
    assertThat(engine.kamailio.failure()).isEmpty();
    assertThat(engine.log)
        .anyMatch(
            line ->
                line.matches(
                    "PresenceRehearsal: [1-9][0-9]* rounds played, [1-9][0-9]* requests sent"))
        .noneMatch(line -> line.contains("warm-up failed") || line.contains("busy answer"));
    final Outcome list =
        engine.kamailio.call(0, 10_000, fields -> fields.integer(T_FUNCTION, LIST));
    assertThat(list.status()).isEqualTo(WAIT_DONE);
    assertThat(list.has(T_RPC_STRUCT)).isFalse();
    engine.close();
  }

  private static void presence(final TlvWriter fields) {
    fields.string(T_VERSION, "5.6.3");
    fields.integer(T_LOG_LEVEL, 3);
    final int presence = fields.begin(T_MODULE);
    fields.string(T_NAME, "presence");
    parameter(fields, "publ_cache", 2);
    parameter(fields, "subs_db_mode", 0);
    RunningEngine.function(fields, LIST, "rpc:presence.presentity_list");
    fields.end(presence);
    final int xml = fields.begin(T_MODULE);
    fields.string(T_NAME, "presence_xml");
    parameter(fields, "force_active", 1);
    fields.end(xml);
  }

  private static void parameter(final TlvWriter fields, final String name, final long value) {
    final int parameter = fields.begin(T_PARAM);
    fields.string(T_NAME, name);
    fields.integer(T_NUMBER, value);
    fields.end(parameter);
  }
}
