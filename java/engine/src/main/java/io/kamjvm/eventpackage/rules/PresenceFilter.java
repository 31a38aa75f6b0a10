// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.xml.XmlDocument;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies transformations to presence documents (RFC 5025 section 3.3). Thread-safe. */
public final class PresenceFilter {
  private final XmlParser parser = new XmlParser();

  /**
   * What is left of a document.
   *
   * @return {@code document} itself when nothing is taken away
   * @throws UnusableRulesException when it is no presence document, so that nobody can tell
   */
  public byte[] apply(final byte[] document, final Transformations transformations) {
    if (transformations.isEmpty()) {
      return document;
    }
    final XmlDocument parsed;
    try {
      parsed = parser.merged(document);
    } catch (final XmlRejectedException e) {
      throw new UnusableRulesException("a state can not be filtered: " + e.getMessage());
    }
    if (!parsed.root().named("presence")) {
      throw new UnusableRulesException("a state can not be filtered: it is no presence document");
    }
    final XmlElement left = new Pass(transformations.restrictions()).presence(parsed.root());
    return left.equals(parsed.root()) ? document : text(parsed.encodingDeclared(), left);
  }

  private static byte[] text(final boolean encodingDeclared, final XmlElement root) {
    final StringBuilder out = new StringBuilder("<?xml version=\"1.0\"");
    out.append(encodingDeclared ? " encoding=\"UTF-8\"?>\n" : "?>\n");
    XmlText.append(out, root);
    return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The namespaces that are declared at an element and around it. */
  private record Scope(Map<String, String> declared, Optional<Scope> outer) {

    Scope within(final XmlElement element) {
      return element.declarations().isEmpty()
          ? this
          : new Scope(element.declarations(), Optional.of(this));
    }

    String namespace(final String prefix) {
      Optional<Scope> scope = Optional.of(this);
      while (scope.isPresent()) {
        if (scope.get().declared.containsKey(prefix)) {
          return scope.get().declared.get(prefix);
        }
        scope = scope.get().outer;
      }
      return "";
    }
  }

  /** One way through a document. */
  private record Pass(Restrictions restrictions) {

    XmlElement presence(final XmlElement root) {
      final List<XmlNode> left = new ArrayList<>(root.children().size());
      final Scope scope = new Scope(root.declarations(), Optional.empty());
      for (final XmlNode child : root.children()) {
        if (!(child instanceof XmlElement element)) {
          left.add(child);
        } else if (restrictions.grants(element)) {
          within(element, scope).ifPresent(left::add);
        }
      }
      return with(root, root.attributes(), left);
    }

    private Optional<XmlElement> within(final XmlElement element, final Scope outer) {
      final Scope scope = outer.within(element);
      if (restrictions.hides(element, () -> scope.namespace(element.prefix()))) {
        return Optional.empty();
      }
      final List<XmlNode> left = new ArrayList<>(element.children().size());
      for (final XmlNode child : element.children()) {
        if (child instanceof XmlElement inner) {
          within(inner, scope).ifPresent(left::add);
        } else {
          left.add(child);
        }
      }
      return Optional.of(with(element, restrictions.attributes(element), left));
    }

    private static XmlElement with(
        final XmlElement element,
        final List<XmlElement.Attribute> attributes,
        final List<XmlNode> children) {
      return new XmlElement(
          element.prefix(),
          element.localName(),
          element.declarations(),
          attributes,
          List.copyOf(children));
    }
  }
}
