// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/** The database can not be used; the message names what was tried and what to do. */
public final class StorageException extends Exception {
  private static final long serialVersionUID = 1L;

  public StorageException(final String message) {
    super(message);
  }

  public StorageException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
