// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

import java.util.Locale;

/** How an internal subscription stands, as its notifier has said last. */
public enum Status {
  ACTIVE,
  PENDING,
  TERMINATED,
  REJECTED;

  /** As in commands and event routes, e.g. {@code active}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
