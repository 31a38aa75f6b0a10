// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import java.util.Optional;

/** How long a publication or subscription is granted (spec presence 6.1 #6, 7.1 #4 and #5). */
final class Interval {
  private static final int MOST_DIGITS = 10;

  private Interval() {}

  /**
   * Seconds granted; 0 ends it.
   *
   * @param asked the Expires header's body
   */
  static long grant(
      final Optional<String> asked,
      final EventPackage eventPackage,
      final PresenceParameters parameters)
      throws RequestRefusedException {
    final long wanted =
        asked.isPresent() ? seconds(asked.get().trim()) : eventPackage.defaultExpires();
    final long granted = Math.min(wanted, parameters.maxExpires());
    if (granted == 0 || granted >= parameters.minExpires()) {
      return granted;
    }
    if (parameters.raiseToMinimum()) {
      return parameters.minExpires();
    }
    throw new RequestRefusedException(
        Replies.tooBrief(parameters.minExpires()), "Expires below min_expires");
  }

  /** A text that is no number must not be read as 0, which would end what it means to keep. */
  private static long seconds(final String text) throws RequestRefusedException {
    final boolean number =
        !text.isEmpty()
            && text.length() <= MOST_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      throw new RequestRefusedException(Replies.badRequest(), "Expires is no number of seconds");
    }
    return Long.parseLong(text);
  }
}
