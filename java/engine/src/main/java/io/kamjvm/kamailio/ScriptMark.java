// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/**
 * What a script function says about all changes of the location table that the same run of the
 * script brings about afterwards.
 */
public enum ScriptMark {
  /** {@code reginfo_disable_publish()}. */
  REGINFO_SILENT(2),
  /** {@code pua_set_publish()}. */
  PRESENCE_PUBLISHED(4);

  private final int bit;

  ScriptMark(final int bit) {
    this.bit = bit;
  }

  /** Its bit on the wire; bit 1 is not a script's. */
  public int bit() {
    return bit;
  }
}
