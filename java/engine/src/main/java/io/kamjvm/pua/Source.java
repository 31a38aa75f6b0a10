// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Arrays;
import java.util.Optional;

/**
 * Who asks. The bit is stored in column {@code flag} of table {@code pua}, so it never changes;
 * orders of different sources never share a series or dialog.
 */
public enum Source {
  UL_PUBLISH(0),
  BLA_PUBLISH(1),
  BLA_SUBSCRIBE(2),
  XMPP_PUBLISH(3),
  XMPP_SUBSCRIBE(4),
  /** Stored as {@link #XMPP_SUBSCRIBE}. */
  XMPP_INITIAL_SUBS(5),
  /** MI and RPC commands that do not wait for the answer. */
  COMMAND_PUBLISH(6),
  /** MI and RPC commands that wait for the answer. */
  COMMAND_ASYN_PUBLISH(7),
  COMMAND_SUBSCRIBE(8),
  RLS_SUBSCRIBE(9),
  DIALOG_PUBLISH(10),
  PURPLE_PUBLISH(11),
  REGINFO_PUBLISH(12),
  REGINFO_SUBSCRIBE(13),
  XCAPDIFF_PUBLISH(14),
  XCAPDIFF_SUBSCRIBE(15),
  DFKS_PUBLISH(16),
  DFKS_SUBSCRIBE(17);

  private final int number;

  Source(final int number) {
    this.number = number;
  }

  /** The flag as stored: one bit. */
  public int bit() {
    return 1 << number;
  }

  /** The one with this stored flag; empty when there is none. */
  static Optional<Source> of(final int bit) {
    return Arrays.stream(values()).filter(s -> s.bit() == bit).findFirst();
  }

  /** What is stored for it. */
  Source stored() {
    return this == XMPP_INITIAL_SUBS ? XMPP_SUBSCRIBE : this;
  }

  /**
   * Whether a series may be published again from the document we keep when its server has forgotten
   * it; who commands by hand decides that himself.
   */
  static boolean republishes(final int bits) {
    return (bits & (COMMAND_PUBLISH.bit() | COMMAND_ASYN_PUBLISH.bit())) == 0;
  }
}
