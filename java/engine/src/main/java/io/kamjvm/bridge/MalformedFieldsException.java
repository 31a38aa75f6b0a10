// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

/** What another process wrote does not add up; nothing of it must be acted on. */
public final class MalformedFieldsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MalformedFieldsException(final String message) {
    super(message);
  }
}
