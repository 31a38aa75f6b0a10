// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.eventpackage.Samples;
import io.kamjvm.eventpackage.mwi.MessageSummaryPackage;
import java.util.Optional;

/** Jazzer's target: message summaries. */
public final class MessageSummaryFuzzer {
  private static final PackageFuzz TARGET =
      new PackageFuzz(new MessageSummaryPackage(3600), Samples.MESSAGE_SUMMARY, Optional.empty());

  private MessageSummaryFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    TARGET.tryBody(new byte[] {'<', 'a', '/', '>'});
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    TARGET.tryBody(body);
  }
}
