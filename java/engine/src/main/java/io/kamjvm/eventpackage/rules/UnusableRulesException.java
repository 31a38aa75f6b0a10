// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

/** Rules by which nobody can be judged; the message never quotes them. */
public final class UnusableRulesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnusableRulesException(final String why) {
    super(why, null, false, false);
  }
}
