// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A presentity's state as its watchers see it, and how it is written (spec pa 1.7). Immutable.
 *
 * @param uri the presentity's
 * @param showPriority whether PIDF tells the priority of contacts
 */
record PresenceDocument(
    String uri,
    List<Tuple> tuples,
    List<Note> notes,
    List<String> extensions,
    boolean showPriority) {
  static final String PIDF_NAMESPACE = "urn:ietf:params:xml:ns:pidf";
  static final String CPIM_NAMESPACE = "urn:ietf:params:xml:ns:cpim-pidf";

  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  private static final String XPIDF_TYPE =
      "<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\">\n";

  /** Old clients take a document without any tuple for none at all. */
  private static final Tuple NONE = Tuple.of("none", Basic.CLOSED, "", 0);

  /** The document as it is sent. */
  byte[] bytes(final DocumentFormat format) {
    final StringBuilder out = new StringBuilder(512);
    switch (format) {
      case PIDF -> appendPidf(out, PIDF_NAMESPACE);
      case CPIM_PIDF -> appendPidf(out, CPIM_NAMESPACE);
      case XPIDF -> appendXpidf(out);
      case LPIDF -> appendLpidf(out);
      default -> throw new IllegalArgumentException(format + " is no document of presence");
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void appendPidf(final StringBuilder out, final String namespace) {
    out.append(DECLARATION).append("<presence xmlns=\"").append(namespace);
    out.append("\" entity=\"pres:");
    XmlText.appendValue(out, uri.substring(uri.indexOf(':') + 1));
    out.append("\">\n");
    (tuples.isEmpty() ? List.of(NONE) : tuples).forEach(t -> appendTuple(out, t));
    notes.forEach(n -> appendNote(out.append("  "), n).append('\n'));
    extensions.forEach(e -> out.append("  ").append(e).append('\n'));
    out.append("</presence>\n");
  }

  private void appendTuple(final StringBuilder out, final Tuple tuple) {
    out.append("  <tuple id=\"").append(tuple.id()).append("\">\n    <status>");
    if (tuple.basic() != Basic.UNDEFINED) {
      out.append("<basic>").append(word(tuple.basic())).append("</basic>");
    }
    tuple.statusExtensions().forEach(out::append);
    out.append("</status>\n");
    tuple.extensions().forEach(e -> out.append("    ").append(e).append('\n'));
    if (!tuple.contact().isEmpty()) {
      out.append("    <contact");
      if (showPriority) {
        out.append(" priority=\"").append(tuple.priorityText()).append('"');
      }
      XmlText.appendText(out.append('>'), tuple.contact());
      out.append("</contact>\n");
    }
    tuple.notes().forEach(n -> appendNote(out.append("    "), n).append('\n'));
    out.append("  </tuple>\n");
  }

  private static StringBuilder appendNote(final StringBuilder out, final Note note) {
    out.append("<note");
    if (!note.lang().isEmpty()) {
      XmlText.appendValue(out.append(" xml:lang=\""), note.lang());
      out.append('"');
    }
    XmlText.appendText(out.append('>'), note.text());
    return out.append("</note>");
  }

  private static String word(final Basic basic) {
    return basic == Basic.OPEN ? "open" : "closed";
  }

  private void appendXpidf(final StringBuilder out) {
    out.append("<?xml version=\"1.0\"?>\n").append(XPIDF_TYPE).append("<presence>\n");
    XmlText.appendValue(out.append("  <presentity uri=\""), uri);
    out.append(";method=SUBSCRIBE\"/>\n");
    if (tuples.isEmpty()) {
      appendAtom(out, new Tuple("none", "", Basic.CLOSED, "", 100, notes, List.of(), List.of()));
    } else {
      tuples.forEach(t -> appendAtom(out, t));
    }
    out.append("</presence>\n");
  }

  private void appendAtom(final StringBuilder out, final Tuple tuple) {
    out.append("  <atom id=\"").append(tuple.id()).append("\">\n    <address uri=\"");
    XmlText.appendValue(out, tuple.contact().isEmpty() ? uri : tuple.contact());
    out.append("\" priority=\"").append(tuple.priorityText()).append("\">\n");
    out.append("      <status status=\"").append(word(tuple.basic())).append("\"/>\n");
    for (final Note note : tuple.notes()) {
      XmlText.appendText(out.append("      <note>"), note.text());
      out.append("</note>\n");
    }
    out.append("    </address>\n  </atom>\n");
  }

  private void appendLpidf(final StringBuilder out) {
    out.append("To: ").append(uri).append("\r\n");
    for (final Tuple tuple : tuples) {
      if (tuple.basic() != Basic.CLOSED) {
        out.append("Contact: ").append(inHeader(tuple.contact().isEmpty() ? uri : tuple.contact()));
        out.append(";q=").append(tuple.priorityText()).append("\r\n");
      }
    }
  }

  /** Brackets where the URI's own parameters would be taken for the header's (RFC 3261 20.10). */
  private static String inHeader(final String contact) {
    return contact.matches("[^;,?]*") ? contact : "<" + contact + ">";
  }
}
