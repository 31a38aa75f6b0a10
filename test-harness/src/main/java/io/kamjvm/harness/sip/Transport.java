// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

/** Transports that the peers speak. */
public enum Transport {
  UDP,
  TCP;

  /** As in URIs. */
  public String parameter() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
