// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads one document, and counts. Not thread-safe. */
final class XmlReading {
  private final XMLStreamReader reader;
  private final XmlBounds bounds;
  private int elements;
  private int namespaces;

  XmlReading(final XMLStreamReader reader, final XmlBounds bounds) {
    this.reader = reader;
    this.bounds = bounds;
  }

  XmlDocument document() throws XMLStreamException, XmlRejectedException {
    final boolean encodingDeclared = reader.getCharacterEncodingScheme() != null;
    final List<XmlElement> roots = new ArrayList<>(1);
    while (reader.hasNext()) {
      final int event = reader.next();
      if (event == XMLStreamConstants.DTD) {
        throw new XmlRejectedException("a document type declaration");
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        roots.add(element(1));
      }
    }
    if (roots.isEmpty()) {
      throw new XmlRejectedException("no element");
    }
    return new XmlDocument(encodingDeclared, roots.get(0));
  }

  private XmlElement element(final int depth) throws XMLStreamException, XmlRejectedException {
    if (depth > XmlLimits.DEPTH) {
      throw new XmlRejectedException("elements nested more than " + XmlLimits.DEPTH + " deep");
    }
    elements++;
    if (elements > bounds.elements()) {
      throw new XmlRejectedException("more than " + bounds.elements() + " elements");
    }
    if (reader.getAttributeCount() + reader.getNamespaceCount() > bounds.attributes()) {
      throw new XmlRejectedException(
          "an element with more than " + bounds.attributes() + " attributes");
    }
    final String prefix = orEmpty(reader.getPrefix());
    final String localName = name(prefix, reader.getLocalName());
    final Map<String, String> declarations = declarations();
    final List<XmlElement.Attribute> attributes = attributes();
    final List<XmlNode> children = new ArrayList<>(4);
    for (int event = reader.next();
        event != XMLStreamConstants.END_ELEMENT;
        event = reader.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> children.add(element(depth + 1));
        case XMLStreamConstants.COMMENT -> children.add(new XmlNode.Comment(text()));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            children.add(new XmlNode.Text(text()));
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XmlRejectedException("an entity reference");
        default -> {
          // processing instructions carry no state
        }
      }
    }
    return new XmlElement(prefix, localName, declarations, attributes, List.copyOf(children));
  }

  private Map<String, String> declarations() throws XmlRejectedException {
    final int count = reader.getNamespaceCount();
    if (count == 0) {
      return Map.of();
    }
    namespaces += count;
    if (namespaces > bounds.namespaces()) {
      throw new XmlRejectedException(
          "more than " + bounds.namespaces() + " namespace declarations");
    }
    final Map<String, String> declarations = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      declarations.put(
          name("", orEmpty(reader.getNamespacePrefix(i))),
          namespace(orEmpty(reader.getNamespaceURI(i))));
    }
    return declarations;
  }

  private List<XmlElement.Attribute> attributes() throws XmlRejectedException {
    final int count = reader.getAttributeCount();
    if (count == 0) {
      return List.of();
    }
    final List<XmlElement.Attribute> attributes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      final String prefix = orEmpty(reader.getAttributePrefix(i));
      attributes.add(
          new XmlElement.Attribute(
              prefix,
              name(prefix, reader.getAttributeLocalName(i)),
              value(reader.getAttributeValue(i))));
    }
    return attributes;
  }

  private static String name(final String prefix, final String localName)
      throws XmlRejectedException {
    if (prefix.length() + localName.length() > XmlLimits.NAME) {
      throw new XmlRejectedException("a name of more than " + XmlLimits.NAME + " characters");
    }
    return localName;
  }

  private static String namespace(final String uri) throws XmlRejectedException {
    if (uri.length() > XmlLimits.NAMESPACE) {
      throw new XmlRejectedException(
          "a namespace of more than " + XmlLimits.NAMESPACE + " characters");
    }
    return uri;
  }

  private static String value(final String value) throws XmlRejectedException {
    if (value.length() > XmlLimits.VALUE) {
      throw new XmlRejectedException(
          "an attribute of more than " + XmlLimits.VALUE + " characters");
    }
    return value;
  }

  private String text() throws XmlRejectedException {
    if (reader.getTextLength() > bounds.text()) {
      throw new XmlRejectedException("a text of more than " + bounds.text() + " characters");
    }
    return reader.getText();
  }

  private static String orEmpty(final String text) {
    return text == null ? "" : text;
  }
}
