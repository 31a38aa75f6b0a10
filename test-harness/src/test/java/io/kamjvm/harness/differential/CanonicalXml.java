// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * XML in lines that are equal when the documents are: no declaration, attributes in order of their
 * names, an element or a text a line, no white space around texts, no namespace declared that is in
 * force already. Prefixes are kept.
 */
final class CanonicalXml {
  private CanonicalXml() {}

  /** The lines; empty when it is not well-formed XML. */
  static Optional<List<String>> of(final String text) {
    try {
      final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setNamespaceAware(true);
      final var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      final List<String> lines = new ArrayList<>();
      write(builder.parse(new InputSource(new StringReader(text))).getDocumentElement(), "", lines);
      return Optional.of(lines);
    } catch (final SAXException | java.io.IOException e) {
      return Optional.empty();
    } catch (final ParserConfigurationException e) {
      throw new IllegalStateException("no XML parser", e);
    }
  }

  private static boolean declaredAbove(final Element element, final Node attribute) {
    return XMLConstants.XMLNS_ATTRIBUTE_NS_URI.equals(attribute.getNamespaceURI())
        && element.getParentNode() instanceof Element parent
        && attribute
            .getNodeValue()
            .equals(
                parent.lookupNamespaceURI(
                    attribute.getPrefix() == null ? null : attribute.getLocalName()));
  }

  private static void write(final Element element, final String indent, final List<String> lines) {
    final TreeMap<String, String> attributes = new TreeMap<>();
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      final Node attribute = element.getAttributes().item(i);
      if (!declaredAbove(element, attribute)) {
        attributes.put(attribute.getNodeName(), attribute.getNodeValue());
      }
    }
    final StringBuilder open = new StringBuilder(indent + "<" + element.getNodeName());
    attributes.forEach(
        (name, value) -> open.append(' ').append(name).append("=\"").append(value).append('"'));
    lines.add(open.append('>').toString());
    final NodeList children = element.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      final Node child = children.item(i);
      if (child instanceof Element inner) {
        write(inner, indent + "  ", lines);
      } else if (child.getNodeType() == Node.TEXT_NODE
          || child.getNodeType() == Node.CDATA_SECTION_NODE) {
        final String value = child.getNodeValue().strip();
        if (!value.isEmpty()) {
          lines.add(indent + "  " + value);
        }
      }
    }
  }
}
