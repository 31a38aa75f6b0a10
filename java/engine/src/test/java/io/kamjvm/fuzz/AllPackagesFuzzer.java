// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

/** Jazzer's target for a short run: each input is a body for each package. */
public final class AllPackagesFuzzer {
  private AllPackagesFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(new byte[] {'<', 'a', '/', '>'});
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    PidfFuzzer.fuzzerTestOneInput(body);
    DialogInfoFuzzer.fuzzerTestOneInput(body);
    ReginfoFuzzer.fuzzerTestOneInput(body);
    ConferenceInfoFuzzer.fuzzerTestOneInput(body);
    MessageSummaryFuzzer.fuzzerTestOneInput(body);
  }
}
