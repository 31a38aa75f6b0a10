// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

/** A load could not be put on a server; the message says why. */
final class LoadFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LoadFailedException(final String message) {
    super(message);
  }
}
