// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import java.util.Locale;

/** Who has made an internal subscription. */
public enum Owner {
  /** A command. */
  RPC,
  /** The routing script. */
  SCRIPT,
  /** The parameter {@code subscribe}. */
  CFG,
  /** Somebody who uses the Query Status API and lives in the engine; dies with it. */
  QSA;

  /** As commands show it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether one of them finds what another one has made. */
  boolean shares() {
    return this != QSA;
  }
}
