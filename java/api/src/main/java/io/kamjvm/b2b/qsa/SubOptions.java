// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/**
 * How a record is to be watched.
 *
 * @param feed whether what is heard is also shown to local watchers of the record, where {@code
 *     feed_mode} allows it
 */
public record SubOptions(boolean feed) {
  /** Nobody but the subscriber hears. */
  public static final SubOptions NONE = new SubOptions(false);
}
