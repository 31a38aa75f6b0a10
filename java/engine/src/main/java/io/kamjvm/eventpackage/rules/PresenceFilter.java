// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.rules.Transformations.Parts;
import io.kamjvm.eventpackage.rules.Transformations.Transformation;
import io.kamjvm.eventpackage.rules.Transformations.UserInput;
import io.kamjvm.eventpackage.rules.Transformations.Without;
import io.kamjvm.eventpackage.xml.XmlDocument;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
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
      parsed = parser.parse(document);
    } catch (final XmlRejectedException e) {
      throw new UnusableRulesException("a state can not be filtered: " + e.getMessage());
    }
    if (!parsed.root().named("presence")) {
      throw new UnusableRulesException("a state can not be filtered: it is no presence document");
    }
    final XmlElement left = new Pass(transformations.all()).presence(parsed.root());
    return left.equals(parsed.root()) ? document : text(parsed.encodingDeclared(), left);
  }

  private static byte[] text(final boolean encodingDeclared, final XmlElement root) {
    final StringBuilder out = new StringBuilder("<?xml version=\"1.0\"");
    out.append(encodingDeclared ? " encoding=\"UTF-8\"?>\n" : "?>\n");
    XmlText.append(out, root);
    return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One way through a document. */
  private record Pass(List<Transformation> transformations) {

    XmlElement presence(final XmlElement root) {
      final List<XmlNode> left = new ArrayList<>(root.children().size());
      final Map<String, String> scope = scope(Map.of(), root);
      for (final XmlNode child : root.children()) {
        if (!(child instanceof XmlElement element)) {
          left.add(child);
        } else if (granted(element)) {
          within(element, scope).ifPresent(left::add);
        }
      }
      return with(root, root.attributes(), left);
    }

    private boolean granted(final XmlElement component) {
      for (final Transformation transformation : transformations) {
        if (transformation instanceof Parts parts
            && component.named(parts.part().element())
            && parts.selectors().stream().noneMatch(s -> s.matches(component))) {
          return false;
        }
      }
      return true;
    }

    private Optional<XmlElement> within(final XmlElement element, final Map<String, String> outer) {
      final Map<String, String> scope = scope(outer, element);
      List<XmlElement.Attribute> attributes = element.attributes();
      for (final Transformation transformation : transformations) {
        if (transformation instanceof Without without && is(without, element, scope)) {
          return Optional.empty();
        } else if (transformation instanceof UserInput input && element.named("user-input")) {
          attributes =
              attributes.stream()
                  .filter(a -> input.thresholds() && a.localName().equals("idle-threshold"))
                  .toList();
        }
      }
      final List<XmlNode> left = new ArrayList<>(element.children().size());
      for (final XmlNode child : element.children()) {
        if (child instanceof XmlElement inner) {
          within(inner, scope).ifPresent(left::add);
        } else {
          left.add(child);
        }
      }
      return Optional.of(with(element, attributes, left));
    }

    private static boolean is(
        final Without without, final XmlElement element, final Map<String, String> scope) {
      return element.named(without.name())
          && without
              .namespace()
              .map(ns -> ns.equals(scope.getOrDefault(element.prefix(), "")))
              .orElse(true);
    }

    private static Map<String, String> scope(
        final Map<String, String> outer, final XmlElement element) {
      if (element.declarations().isEmpty()) {
        return outer;
      }
      final Map<String, String> inner = new HashMap<>(outer);
      inner.putAll(element.declarations());
      return inner;
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
