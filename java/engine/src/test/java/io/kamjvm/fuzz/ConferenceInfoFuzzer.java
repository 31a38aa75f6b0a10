// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.eventpackage.Samples;
import io.kamjvm.eventpackage.conference.ConferencePackage;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.util.Optional;

/** Jazzer's target: conference-info documents. */
public final class ConferenceInfoFuzzer {
  private static final PackageFuzz TARGET =
      new PackageFuzz(
          new ConferencePackage(3600), Samples.CONFERENCE.text(), Optional.of(new XmlParser()));

  private ConferenceInfoFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    TARGET.tryBody(new byte[] {'<', 'a', '/', '>'});
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    TARGET.tryBody(body);
  }
}
