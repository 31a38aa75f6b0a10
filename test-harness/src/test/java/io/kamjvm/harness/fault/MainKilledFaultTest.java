// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Kamailio's main process dies; what is ours must not stay behind. */
@Deviation("leaves its workers behind")
class MainKilledFaultTest {

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  @Test
  @DisplayName("kill -9 of main leaves no process behind within 5 s")
  void nothingStays() {
    try (KamailioProcess kamailio = KamailioProcess.start(KamailioConfig.memoryOnly())) {
      assertThat(kamailio.engine()).isPresent();
      kamailio.kill9();
      assertThat(kamailio.awaitNoneLeft(Duration.ofSeconds(5))).isEmpty();
    }
  }
}
