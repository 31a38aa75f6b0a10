// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/** An internal subscription's identity; no two of one Kamailio's life have the same. */
public record SubId(String text) {
  @Override
  public String toString() {
    return text;
  }
}
