// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

/** What was written to the FIFO is no command, so nobody knows where an answer would go. */
final class FifoSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  FifoSyntaxException(final String why) {
    super(why);
  }
}
