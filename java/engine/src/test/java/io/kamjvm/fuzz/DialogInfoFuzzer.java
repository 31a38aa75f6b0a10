// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.eventpackage.Samples;
import io.kamjvm.eventpackage.dialoginfo.DialogInfoSettings;
import io.kamjvm.eventpackage.dialoginfo.DialogPackage;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.util.Optional;

/** Jazzer's target: dialog-info documents. */
public final class DialogInfoFuzzer {
  private static final PackageFuzz TARGET =
      new PackageFuzz(
          new DialogPackage(new DialogInfoSettings(3600, true, true)),
          Samples.DIALOG.text(),
          Optional.of(new XmlParser()));

  private DialogInfoFuzzer() {}

  /** Loads what is needed, so that no input has to wait for that. */
  public static void fuzzerInitialize() {
    TARGET.tryBody(new byte[] {'<', 'a', '/', '>'});
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(final byte[] body) {
    TARGET.tryBody(body);
  }
}
