// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SanitizerTest {

  @Test
  @DisplayName("The C side survives models, damage and nonsense under ASan and UBSan")
  void selfTestIsClean() {
    final NativeBuild.Outcome outcome = NativeBuild.make("asan");

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("kw_selftest: 60 rounds");
  }
}
