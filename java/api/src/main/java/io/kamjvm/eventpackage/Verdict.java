// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

/**
 * What rules say about a watcher. Immutable.
 *
 * @param kind what it may see
 * @param reason of {@link Kind#BLOCK}: the reason of the terminating NOTIFY (RFC 6665 section
 *     4.1.3); else the empty string
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

  /**
   * Checks the reason.
   *
   * @throws IllegalArgumentException when it is no token of 1 to 64 characters, or not for BLOCK
   */
  public Verdict {
    if (!reason.matches(kind == Kind.BLOCK ? "[A-Za-z0-9.!%*_+`'~-]{1,64}" : "")) {
      throw new IllegalArgumentException("no reason of " + kind);
    }
  }

  public static final Verdict ALLOW = new Verdict(Kind.ALLOW, "");
  public static final Verdict BLOCK = new Verdict(Kind.BLOCK, "rejected");
  public static final Verdict POLITE_BLOCK = new Verdict(Kind.POLITE_BLOCK, "");
  public static final Verdict CONFIRM = new Verdict(Kind.CONFIRM, "");
  public static final Verdict UNDECIDED = new Verdict(Kind.UNDECIDED, "");

  /** Blocked for another reason, e.g. {@code noresource}; at most 64 characters, a SIP token. */
  public static Verdict block(final String reason) {
    return new Verdict(Kind.BLOCK, reason);
  }
}
