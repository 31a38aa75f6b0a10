// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.puareginfo.ReginfoNotifyFuzzer;

/** Jazzer's target for a short run: each input is a body for each package, and for pua_reginfo. */
public final class AllPackagesFuzzer {
  private AllPackagesFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(new byte[] {'<', 'a', '/', '>'});
    ReginfoNotifyFuzzer.fuzzerInitialize();
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    PidfFuzzer.fuzzerTestOneInput(body);
    DialogInfoFuzzer.fuzzerTestOneInput(body);
    ReginfoFuzzer.fuzzerTestOneInput(body);
    ConferenceInfoFuzzer.fuzzerTestOneInput(body);
    MessageSummaryFuzzer.fuzzerTestOneInput(body);
    ReginfoNotifyFuzzer.fuzzerTestOneInput(body);
  }
}
