// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A number that stands for a state, to know whether a watcher has seen it. Small changes always
 * change it (a checksum sees every burst of up to 32 bits; {@code hashCode} takes {@code Aa} for
 * {@code BB}), large ones but for one in four thousand million.
 */
final class Print {
  /** Of nothing. */
  static final int NONE = 0;

  private Print() {}

  /** The print of the same state for somebody of whom more than the state counts. */
  static int with(final int print, final int more) {
    final int both = print * 31 + more;
    return both == NONE ? 1 : both;
  }

  static int of(final byte[] document) {
    final CRC32C sum = new CRC32C();
    sum.update(document);
    return (int) sum.getValue();
  }

  static int of(final Object state) {
    return of(state.toString().getBytes(StandardCharsets.UTF_8));
  }
}
