// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Finds out how a document is encoded (XML 1.0 appendix F). Taken are UTF-8 and UTF-16, with and
 * without byte order mark, US-ASCII and ISO-8859-1; nothing else, and no bytes that are not what
 * the document says they are.
 */
final class XmlSource {

  /** What a document of one byte or more per ASCII character may declare. */
  private static final Set<String> NARROW =
      Set.of("UTF-8", "UTF8", "US-ASCII", "ASCII", "ISO-8859-1", "ISO8859-1", "LATIN1");

  private static final Set<String> WIDE = Set.of("UTF-16", "UTF-16BE", "UTF-16LE");

  private static final String NOT_TAKEN = "an encoding that is not taken";

  /** How a document in EBCDIC begins. */
  private static final int EBCDIC = 0x4c;

  private XmlSource() {}

  /**
   * Opens a document, up to its XML declaration.
   *
   * @throws XmlRejectedException when its encoding is not one that is taken
   * @throws XMLStreamException when what is there of a declaration is not well-formed
   */
  static XMLStreamReader open(final XMLInputFactory factory, final byte[] bytes)
      throws XmlRejectedException, XMLStreamException {
    final int first = at(bytes, 0);
    final int second = at(bytes, 1);
    final XMLStreamReader reader;
    final Set<String> declarable;
    if (first == 0 && second == 0 || first == EBCDIC) {
      throw new XmlRejectedException(NOT_TAKEN);
    }
    if (first == 0xfe && second == 0xff) {
      reader = wide(factory, bytes, 2, StandardCharsets.UTF_16BE);
      declarable = WIDE;
    } else if (first == 0xff && second == 0xfe) {
      reader = wide(factory, bytes, 2, StandardCharsets.UTF_16LE);
      declarable = WIDE;
    } else if (first == 0 && second == '<') {
      reader = wide(factory, bytes, 0, StandardCharsets.UTF_16BE);
      declarable = WIDE;
    } else if (first == '<' && second == 0) {
      reader = wide(factory, bytes, 0, StandardCharsets.UTF_16LE);
      declarable = WIDE;
    } else {
      reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
      declarable = NARROW;
    }
    final String declared = reader.getCharacterEncodingScheme();
    if (declared != null && !declarable.contains(declared.toUpperCase(Locale.ROOT))) {
      throw new XmlRejectedException(NOT_TAKEN);
    }
    final String version = reader.getVersion();
    if (version != null && !version.equals("1.0")) {
      throw new XmlRejectedException("a version of XML that is not 1.0");
    }
    return reader;
  }

  private static int at(final byte[] bytes, final int index) {
    return index < bytes.length ? bytes[index] & 0xff : -1;
  }

  private static XMLStreamReader wide(
      final XMLInputFactory factory, final byte[] bytes, final int from, final Charset charset)
      throws XmlRejectedException, XMLStreamException {
    try {
      final String text =
          charset.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from)).toString();
      return factory.createXMLStreamReader(new StringReader(text));
    } catch (final CharacterCodingException e) {
      throw new XmlRejectedException("bytes that are not " + charset.name());
    }
  }
}
