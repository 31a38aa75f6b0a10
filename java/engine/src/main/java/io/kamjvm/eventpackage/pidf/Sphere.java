// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what a presence document says about its presentity's sphere (RFC 4480 section 3.11). */
final class Sphere {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:pidf:rpid";

  /** What publishers that get the namespace wrong write. */
  private static final Set<String> USUAL = Set.of("rpid", "r");

  private Sphere() {}

  /**
   * The content of the first {@code sphere} element of RPID: its text, or else the name of the
   * element in it.
   *
   * @param scope namespace declarations that hold for the element
   */
  static Optional<String> of(final XmlElement element, final Map<String, String> scope) {
    final Map<String, String> inner;
    if (element.declarations().isEmpty()) {
      inner = scope;
    } else {
      inner = new HashMap<>(scope);
      inner.putAll(element.declarations());
    }
    if (element.localName().equals("sphere")
        && (NAMESPACE.equals(inner.get(element.prefix())) || USUAL.contains(element.prefix()))) {
      return content(element);
    }
    for (final XmlNode child : element.children()) {
      if (child instanceof XmlElement nested) {
        final Optional<String> found = of(nested, inner);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> content(final XmlElement sphere) {
    final String text = sphere.text().trim();
    if (!text.isEmpty()) {
      return Optional.of(text);
    }
    return sphere.children().stream()
        .filter(XmlElement.class::isInstance)
        .map(child -> ((XmlElement) child).localName())
        .findFirst();
  }
}
