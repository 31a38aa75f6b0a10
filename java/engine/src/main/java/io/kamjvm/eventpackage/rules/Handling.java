// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

/** What a rule does with a subscription (RFC 5025 section 3.2.1, {@code sub-handling}). */
public enum Handling {
  ALLOW,
  POLITE_BLOCK,
  CONFIRM,
  BLOCK,
  /** The rule says something that means none of these: nobody can be judged by it. */
  UNKNOWN;

  /** Reads a value as deployed servers do: by its beginning, case and blanks in front count. */
  static Handling of(final String text) {
    if (text.startsWith("allow")) {
      return ALLOW;
    } else if (text.startsWith("polite-block")) {
      return POLITE_BLOCK;
    } else if (text.startsWith("confirm")) {
      return CONFIRM;
    }
    return text.startsWith("block") ? BLOCK : UNKNOWN;
  }
}
