// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads what strangers publish: no DTD, no entities of their own, nothing fetched, bounded depth,
 * attributes and size. Thread-safe.
 */
public final class XmlParser {

  /** Elements within elements. */
  public static final int MAX_DEPTH = 32;

  /** Attributes and namespace declarations of one element. */
  public static final int MAX_ATTRIBUTES = 64;

  /** Bytes of a document. */
  public static final int MAX_BYTES = 65_535;

  private final WstxInputFactory factory = new WstxInputFactory();

  public XmlParser() {
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, MAX_DEPTH);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, MAX_ATTRIBUTES);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> new ByteArrayInputStream(new byte[0]));
  }

  /**
   * Parses a whole document.
   *
   * @throws XmlRejectedException when it is not well-formed or over a limit
   */
  public XmlDocument parse(final byte[] bytes) throws XmlRejectedException {
    if (bytes.length > MAX_BYTES) {
      throw new XmlRejectedException("more than " + MAX_BYTES + " bytes");
    }
    try {
      final XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
      try {
        return document(reader);
      } finally {
        reader.close();
      }
    } catch (final XMLStreamException e) {
      throw new XmlRejectedException("not well-formed at line " + line(e));
    }
  }

  private static String line(final XMLStreamException e) {
    return e.getLocation() == null ? "?" : Integer.toString(e.getLocation().getLineNumber());
  }

  private static XmlDocument document(final XMLStreamReader reader)
      throws XMLStreamException, XmlRejectedException {
    final boolean encodingDeclared = reader.getCharacterEncodingScheme() != null;
    final List<XmlElement> roots = new ArrayList<>(1);
    while (reader.hasNext()) {
      final int event = reader.next();
      if (event == XMLStreamConstants.DTD) {
        throw new XmlRejectedException("a document type declaration");
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        roots.add(element(reader, 1));
      }
    }
    if (roots.isEmpty()) {
      throw new XmlRejectedException("no element");
    }
    return new XmlDocument(encodingDeclared, roots.get(0));
  }

  private static XmlElement element(final XMLStreamReader reader, final int depth)
      throws XMLStreamException, XmlRejectedException {
    if (depth > MAX_DEPTH) {
      throw new XmlRejectedException("elements nested more than " + MAX_DEPTH + " deep");
    }
    if (reader.getAttributeCount() + reader.getNamespaceCount() > MAX_ATTRIBUTES) {
      throw new XmlRejectedException("an element with more than " + MAX_ATTRIBUTES + " attributes");
    }
    final String prefix = orEmpty(reader.getPrefix());
    final String localName = reader.getLocalName();
    final Map<String, String> declarations = declarations(reader);
    final List<XmlElement.Attribute> attributes = attributes(reader);
    final List<XmlNode> children = new ArrayList<>();
    for (int event = reader.next();
        event != XMLStreamConstants.END_ELEMENT;
        event = reader.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> children.add(element(reader, depth + 1));
        case XMLStreamConstants.COMMENT -> children.add(new XmlNode.Comment(reader.getText()));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            children.add(new XmlNode.Text(reader.getText()));
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XmlRejectedException("an entity reference");
        default -> {
          // processing instructions carry no state
        }
      }
    }
    return new XmlElement(prefix, localName, declarations, attributes, List.copyOf(children));
  }

  private static Map<String, String> declarations(final XMLStreamReader reader) {
    if (reader.getNamespaceCount() == 0) {
      return Map.of();
    }
    final Map<String, String> declarations = new LinkedHashMap<>();
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      declarations.put(orEmpty(reader.getNamespacePrefix(i)), orEmpty(reader.getNamespaceURI(i)));
    }
    return declarations;
  }

  private static List<XmlElement.Attribute> attributes(final XMLStreamReader reader) {
    final List<XmlElement.Attribute> attributes = new ArrayList<>(reader.getAttributeCount());
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.add(
          new XmlElement.Attribute(
              orEmpty(reader.getAttributePrefix(i)),
              reader.getAttributeLocalName(i),
              reader.getAttributeValue(i)));
    }
    return attributes;
  }

  private static String orEmpty(final String text) {
    return text == null ? "" : text;
  }
}
