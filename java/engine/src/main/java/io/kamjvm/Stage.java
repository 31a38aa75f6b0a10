// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import java.util.Locale;

/** The steps of a start, in order. A start that fails names the one it failed in. */
enum Stage {
  /** The mapping is a region of this build, and its config section can be read. */
  REGION,
  /** What the cfg sets is understood. */
  PARAMETERS,
  /** What the cfg loads and calls exists. */
  MODULES,
  /** Databases are reachable and have the right tables. */
  STORAGE,
  /** State is loaded. */
  LOAD,
  /** The code of the first calls has run. */
  WARM_UP,
  /** The manifest is written; calls come in. */
  READY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
