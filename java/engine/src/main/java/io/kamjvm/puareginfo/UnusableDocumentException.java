// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

/** A body out of which nothing can be taken. */
final class UnusableDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableDocumentException(final String why) {
    super(why, null, false, false);
  }
}
