// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

/** Bodies that tests and the demo publish. */
public final class Documents {
  public static final String PIDF = "application/pidf+xml";
  public static final String MWI = "application/simple-message-summary";
  public static final String DIALOG_INFO = "application/dialog-info+xml";
  public static final String REGINFO = "application/reginfo+xml";
  public static final String CONFERENCE_INFO = "application/conference-info+xml";

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

  /** A dialog-info document with these dialogs, each {@code id=state}. */
  public static String dialogInfo(final String entity, final String... dialogs) {
    final StringBuilder text =
        new StringBuilder(
            "<?xml version=\"1.0\"?>\n"
                + "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\""
                + " state=\"full\" entity=\""
                + entity
                + "\">\n");
    for (final String dialog : dialogs) {
      final String[] parts = dialog.split("=");
      text.append("<dialog id=\"").append(parts[0]).append("\" direction=\"initiator\"><state>");
      text.append(parts[1]).append("</state></dialog>\n");
    }
    return text.append("</dialog-info>\n").toString();
  }

  /** A reginfo document with one registration. */
  public static String reginfo(final String aor, final String id, final String contact) {
    return """
        <?xml version="1.0"?>
        <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="77" state="full">\
        <registration aor="%s" id="%s" state="active"><contact id="c%s" state="active" \
        event="registered"><uri>%s</uri></contact></registration></reginfo>
        """
        .formatted(aor, id, id, contact);
  }

  /** A conference-info document. */
  public static String conferenceInfo(final String entity, final String subject) {
    return """
        <?xml version="1.0"?>
        <conference-info xmlns="urn:ietf:params:xml:ns:conference-info" version="41" \
        state="full" entity="%s"><conference-description><subject>%s</subject>\
        </conference-description></conference-info>
        """
        .formatted(entity, subject);
  }
}
