// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

/** Bodies to publish. */
final class Bodies {
  static final String VOICE_MAIL =
      "Messages-Waiting: yes\r\nMessage-Account: sip:bob@d\r\nVoice-Message: 2/8 (0/2)\r\n";

  private Bodies() {}

  /** A presence document with one tuple. */
  static String pidf(final String tuple, final String basic) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        + "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@d\">"
        + "<tuple id=\""
        + tuple
        + "\"><status><basic>"
        + basic
        + "</basic></status></tuple></presence>";
  }

  /** A presence document with a note. */
  static String noted(final String tuple, final String note) {
    return "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@d\"><tuple id=\""
        + tuple
        + "\"><status><basic>open</basic></status><note>"
        + note
        + "</note></tuple></presence>";
  }
}
