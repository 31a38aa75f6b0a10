// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The packages that this server notifies (spec pa 1.6). */
enum PaEvent {
  PRESENCE("presence"),
  WATCHERINFO("presence.winfo"),
  XCAP_CHANGE("xcap-change");

  private final String packageName;

  PaEvent(final String packageName) {
    this.packageName = packageName;
  }

  /** As in the Event header. */
  String packageName() {
    return packageName;
  }

  /** The document types it has, the preferred first. */
  List<DocumentFormat> formats() {
    return switch (this) {
      case PRESENCE ->
          List.of(
              DocumentFormat.PIDF,
              DocumentFormat.CPIM_PIDF,
              DocumentFormat.XPIDF,
              DocumentFormat.LPIDF);
      case WATCHERINFO -> List.of(DocumentFormat.WATCHERINFO);
      case XCAP_CHANGE -> List.of(DocumentFormat.XCAP_CHANGE);
    };
  }

  /** The package of this name, whatever its letter case. */
  static Optional<PaEvent> named(final String name) {
    final String wanted = name.toLowerCase(Locale.ROOT);
    for (final PaEvent each : values()) {
      if (each.packageName.equals(wanted)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
