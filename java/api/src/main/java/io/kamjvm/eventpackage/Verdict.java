// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

import java.util.regex.Pattern;

/**
 * What rules say about a watcher. Immutable.
 *
 * @param kind what it may see
 * @param reason of {@link Kind#BLOCK}: the reason of the terminating NOTIFY (RFC 6665 section
 *     4.1.3), which may be followed by {@code ;retry-after=} and seconds; else the empty string
 */
public record Verdict(Kind kind, String reason) {

  /** What a watcher may see. */
  public enum Kind {
    /** Everything that {@link EventPackage#view} leaves. */
    ALLOW,
    /** Nothing: the subscription is accepted and ended with its first NOTIFY. */
    BLOCK,
    /** Nothing, without being told so: active, with NOTIFYs that have no body. */
    POLITE_BLOCK,
    /** Nothing yet: pending until the presentity has decided. */
    CONFIRM,
    /**
     * The rules are silent: a new or pending watcher is pending, one that was let in before is
     * ended with reason {@code probation}.
     */
    UNDECIDED
  }

  private static final int REASON_LENGTH = 64;

  private static final Pattern REASON =
      Pattern.compile("[A-Za-z0-9.!%*_+`'~-]+(;retry-after=[0-9]{1,9})?");

  /**
   * Checks the reason.
   *
   * @throws IllegalArgumentException when it is none, or longer than 64 characters, or not for
   *     BLOCK
   */
  public Verdict {
    if (kind == Kind.BLOCK ? !isReason(reason) : !reason.isEmpty()) {
      throw new IllegalArgumentException("no reason of " + kind);
    }
  }

  /** Whether a NOTIFY can end a subscription for it. */
  public static boolean isReason(final String text) {
    return text.length() <= REASON_LENGTH && REASON.matcher(text).matches();
  }

  public static final Verdict ALLOW = new Verdict(Kind.ALLOW, "");
  public static final Verdict BLOCK = new Verdict(Kind.BLOCK, "rejected");
  public static final Verdict POLITE_BLOCK = new Verdict(Kind.POLITE_BLOCK, "");
  public static final Verdict CONFIRM = new Verdict(Kind.CONFIRM, "");
  public static final Verdict UNDECIDED = new Verdict(Kind.UNDECIDED, "");

  /**
   * Blocked for another reason, e.g. {@code noresource} or {@code probation;retry-after=60}; at
   * most 64 characters.
   */
  public static Verdict block(final String reason) {
    return new Verdict(Kind.BLOCK, reason);
  }
}
