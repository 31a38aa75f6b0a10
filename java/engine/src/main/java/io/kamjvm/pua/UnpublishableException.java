// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

/** A document can not be published; the message says why. */
public final class UnpublishableException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnpublishableException(final String message) {
    super(message);
  }
}
