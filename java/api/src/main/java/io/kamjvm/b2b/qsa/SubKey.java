// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/**
 * What an internal subscription is about. It describes and does not identify: two subscriptions
 * with the same key are two subscriptions, each with a SIP dialog of its own. Immutable.
 *
 * @param record URI of who is watched
 * @param eventPackage e.g. {@code presence}; case matters
 * @param subscriber URI in whose name is watched; the other server decides whether it may
 */
public record SubKey(String record, String eventPackage, String subscriber) {

  /** Somebody's presence. */
  public static SubKey presence(final String record, final String subscriber) {
    return new SubKey(record, "presence", subscriber);
  }
}
