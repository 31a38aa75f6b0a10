// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

/** Bodies that tests and the demo publish. */
public final class Documents {
  public static final String PIDF = "application/pidf+xml";
  public static final String MWI = "application/simple-message-summary";

  private Documents() {}

  /**
   * A PIDF document with one tuple.
   *
   * @param entity the presentity
   * @param tuple id of the tuple
   * @param basic {@code open} or {@code closed}
   * @param note text to recognise the document by
   */
  public static String pidf(
      final String entity, final String tuple, final String basic, final String note) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf" entity="%s">\
        <tuple id="%s"><status><basic>%s</basic></status><note>%s</note></tuple>\
        </presence>
        """
        .formatted(entity, tuple, basic, note);
  }

  /** As {@link #pidf} with an RPID activity, for example {@code away}. */
  public static String withActivity(
      final String entity, final String tuple, final String basic, final String activity) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf" \
        xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" \
        xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="%s">\
        <tuple id="%s"><status><basic>%s</basic></status></tuple>\
        <dm:person id="p-%s"><rpid:activities><rpid:%s/></rpid:activities></dm:person>\
        </presence>
        """
        .formatted(entity, tuple, basic, tuple, activity);
  }

  /** A message summary with this many new voice messages. */
  public static String messageSummary(final int count) {
    return "Messages-Waiting: "
        + (count > 0 ? "yes" : "no")
        + "\r\nVoice-Message: "
        + count
        + "/0\r\n";
  }
}
