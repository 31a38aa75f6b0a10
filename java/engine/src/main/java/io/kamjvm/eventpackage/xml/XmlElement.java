// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element. Immutable. Kamailio's packages compare local names only and ignore their case, so the
 * look-ups here do the same (spec event-packages, introduction).
 *
 * @param prefix empty string if none
 * @param declarations namespace declarations made on this element, prefix to URI, in order; the
 *     empty prefix is the default namespace
 */
public record XmlElement(
    String prefix,
    String localName,
    Map<String, String> declarations,
    List<Attribute> attributes,
    List<XmlNode> children)
    implements XmlNode {

  /** An attribute; {@code prefix} is empty if it has none. */
  public record Attribute(String prefix, String localName, String value) {}

  /** The name as written in the document. */
  public String qualifiedName() {
    return prefix.isEmpty() ? localName : prefix + ":" + localName;
  }

  /** Whether this is its local name, ignoring case. */
  public boolean named(final String name) {
    return localName.equalsIgnoreCase(name);
  }

  /** The value of the attribute without prefix of this name. */
  public Optional<String> attribute(final String name) {
    for (final Attribute attribute : attributes) {
      if (attribute.prefix().isEmpty() && attribute.localName().equals(name)) {
        return Optional.of(attribute.value());
      }
    }
    return Optional.empty();
  }

  /** Its child elements of this name. */
  public List<XmlElement> children(final String name) {
    return children.stream()
        .filter(XmlElement.class::isInstance)
        .map(XmlElement.class::cast)
        .filter(e -> e.named(name))
        .toList();
  }

  /** The first of the nodes from {@code from} on, or of what they contain, of this name. */
  public static Optional<XmlElement> find(
      final List<XmlNode> nodes, final int from, final String name) {
    for (int i = from; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof XmlElement element) {
        final Optional<XmlElement> found = element.find(name);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** This element or the first one within it of this name, in document order. */
  public Optional<XmlElement> find(final String name) {
    return named(name) ? Optional.of(this) : find(children, 0, name);
  }

  /** All character data within it. */
  public String text() {
    final StringBuilder text = new StringBuilder();
    collectText(text);
    return text.toString();
  }

  private void collectText(final StringBuilder into) {
    for (final XmlNode child : children) {
      if (child instanceof XmlElement element) {
        element.collectText(into);
      } else if (child instanceof Text text) {
        into.append(text.value());
      }
    }
  }
}
