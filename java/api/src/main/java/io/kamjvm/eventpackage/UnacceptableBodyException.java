// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

/** A body that a package does not take: the final SIP response and a word for the log. */
public final class UnacceptableBodyException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  /**
   * @param code 400..699
   * @param reason the reason phrase
   * @param detail for the log; must not quote the body
   */
  public UnacceptableBodyException(final int code, final String reason, final String detail) {
    super(detail, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  /** The status code of the response. */
  public int code() {
    return code;
  }

  /** The reason phrase of the response. */
  public String reason() {
    return reason;
  }
}
