// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

/** Not well-formed, or over a limit; the message never quotes the document. */
public final class XmlRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  public XmlRejectedException(final String why) {
    super(why, null, false, false);
  }
}
