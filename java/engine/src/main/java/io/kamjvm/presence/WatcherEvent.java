// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Locale;

/** What has happened to a watcher (RFC 3857 section 4.7.1). */
enum WatcherEvent {
  SUBSCRIBE,
  APPROVED,
  DEACTIVATED,
  PROBATION,
  REJECTED,
  TIMEOUT,
  GIVEUP,
  NORESOURCE;

  /** As in a document. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that ends a subscription for this reason (RFC 6665 section 4.1.3). */
  static WatcherEvent ending(final String reason) {
    return switch (reason) {
      case "rejected" -> REJECTED;
      case "probation" -> PROBATION;
      case "timeout" -> TIMEOUT;
      case "giveup" -> GIVEUP;
      case "noresource" -> NORESOURCE;
      default -> DEACTIVATED;
    };
  }
}
