// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.eventpackage.Samples;
import io.kamjvm.eventpackage.reginfo.RegPackage;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.util.Optional;

/** Jazzer's target: reginfo documents. */
public final class ReginfoFuzzer {
  private static final PackageFuzz TARGET =
      new PackageFuzz(new RegPackage(3600, true), Samples.REG.text(), Optional.of(new XmlParser()));

  private ReginfoFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    TARGET.tryBody(new byte[] {'<', 'a', '/', '>'});
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    TARGET.tryBody(body);
  }
}
