// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.eventpackage.Samples;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.util.Optional;

/** Jazzer's target: presence documents. */
public final class PidfFuzzer {
  private static final PackageFuzz TARGET =
      new PackageFuzz(
          new PidfPackage(new PidfSettings(3600, true, Optional.empty())),
          Samples.DATA_MODEL.text(),
          Optional.of(new XmlParser()));

  private PidfFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    TARGET.tryBody(new byte[] {'<', 'a', '/', '>'});
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    TARGET.tryBody(body);
  }
}
