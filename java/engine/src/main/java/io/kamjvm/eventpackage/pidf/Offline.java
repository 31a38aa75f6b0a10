// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import io.kamjvm.eventpackage.xml.XmlDocument;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A document that says that its publisher has left (spec event-packages 2.8): the root, its first
 * tuple without content, and that tuple's status with {@code basic} closed.
 */
final class Offline {
  private Offline() {}

  /** Reduces a document; empty when it lacks presence, tuple, status or basic. */
  static Optional<XmlDocument> of(final XmlDocument document) {
    final Map<String, String> scope = new LinkedHashMap<>();
    return presence(document.root(), scope)
        .flatMap(root -> reduce(root, scope))
        .map(root -> new XmlDocument(document.encodingDeclared(), root));
  }

  private static Optional<XmlElement> presence(
      final XmlElement element, final Map<String, String> scope) {
    scope.putAll(element.declarations());
    if (element.named("presence")) {
      return Optional.of(element);
    }
    return element.children().stream()
        .filter(XmlElement.class::isInstance)
        .map(XmlElement.class::cast)
        .filter(child -> child.find("presence").isPresent())
        .findFirst()
        .flatMap(child -> presence(child, scope));
  }

  private static Optional<XmlElement> reduce(
      final XmlElement root, final Map<String, String> scope) {
    final Optional<XmlElement> tuple = XmlElement.find(root.children(), 0, "tuple");
    return tuple
        .flatMap(t -> XmlElement.find(t.children(), 0, "status"))
        .flatMap(status -> close(status))
        .map(status -> with(tuple.get(), tuple.get().declarations(), List.of(status)))
        .map(reduced -> with(root, scope, List.of(reduced)));
  }

  private static Optional<XmlElement> close(final XmlElement element) {
    if (element.named("basic")) {
      return Optional.of(
          with(element, element.declarations(), List.of(new XmlNode.Text("closed"))));
    }
    for (int i = 0; i < element.children().size(); i++) {
      if (element.children().get(i) instanceof XmlElement child) {
        final Optional<XmlElement> closed = close(child);
        if (closed.isPresent()) {
          final List<XmlNode> children = new ArrayList<>(element.children());
          children.set(i, closed.get());
          return Optional.of(with(element, element.declarations(), children));
        }
      }
    }
    return Optional.empty();
  }

  private static XmlElement with(
      final XmlElement element,
      final Map<String, String> declarations,
      final List<XmlNode> children) {
    return new XmlElement(
        element.prefix(),
        element.localName(),
        declarations,
        element.attributes(),
        List.copyOf(children));
  }
}
