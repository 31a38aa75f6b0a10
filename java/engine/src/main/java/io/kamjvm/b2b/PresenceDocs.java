// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.PresenceDoc.Basic;
import io.kamjvm.b2b.qsa.PresenceDoc.Note;
import io.kamjvm.b2b.qsa.PresenceDoc.Original;
import io.kamjvm.b2b.qsa.PresenceDoc.Tuple;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * PIDF documents (RFC 3863) as they come in NOTIFYs, whatever their Content-Type says. Thread-safe.
 */
final class PresenceDocs {
  private static final XmlParser PARSER = new XmlParser();

  private PresenceDocs() {}

  /** Reads one; empty when it is not well-formed, over a limit or no presence document. */
  static Optional<PresenceDoc> read(final EuacClient.Body body) {
    try {
      final XmlElement root = PARSER.parse(body.bytes()).root();
      return root.named("presence") ? Optional.of(doc(root, body)) : Optional.empty();
    } catch (final XmlRejectedException e) {
      return Optional.empty();
    }
  }

  private static PresenceDoc doc(final XmlElement root, final EuacClient.Body body) {
    final List<Tuple> tuples = new ArrayList<>();
    final List<Note> notes = new ArrayList<>();
    final List<String> extensions = new ArrayList<>();
    final Map<String, String> scope = root.declarations();
    for (final XmlElement child : elements(root)) {
      if (child.named("tuple")) {
        tuples.add(tuple(child, scope));
      } else if (child.named("note")) {
        notes.add(note(child));
      } else {
        extensions.add(text(child, scope));
      }
    }
    return new PresenceDoc(
        root.attribute("entity").orElse(""),
        tuples,
        notes,
        extensions,
        body.contentType(),
        new Original(body.bytes()));
  }

  private static Tuple tuple(final XmlElement element, final Map<String, String> outer) {
    final Map<String, String> scope = new HashMap<>(outer);
    scope.putAll(element.declarations());
    Optional<Basic> basic = Optional.empty();
    String contact = "";
    OptionalDouble priority = OptionalDouble.empty();
    final List<Note> notes = new ArrayList<>();
    final List<String> extensions = new ArrayList<>();
    for (final XmlElement child : elements(element)) {
      if (child.named("status")) {
        final Map<String, String> inner = new HashMap<>(scope);
        inner.putAll(child.declarations());
        for (final XmlElement part : elements(child)) {
          if (part.named("basic")) {
            basic = basic(part.text());
          } else {
            extensions.add(text(part, inner));
          }
        }
      } else if (child.named("contact")) {
        contact = child.text().trim();
        priority = priority(child.attribute("priority").orElse(""));
      } else if (child.named("note")) {
        notes.add(note(child));
      } else if (!child.named("timestamp")) {
        extensions.add(text(child, scope));
      }
    }
    return new Tuple(
        element.attribute("id").orElse(""), basic, contact, priority, notes, extensions);
  }

  private static Optional<Basic> basic(final String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "open" -> Optional.of(Basic.OPEN);
      case "closed" -> Optional.of(Basic.CLOSED);
      default -> Optional.empty();
    };
  }

  private static OptionalDouble priority(final String text) {
    return text.trim().matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")
        ? OptionalDouble.of(Double.parseDouble(text.trim()))
        : OptionalDouble.empty();
  }

  private static Note note(final XmlElement element) {
    return new Note(
        element.attributes().stream()
            .filter(a -> a.prefix().equals("xml") && a.localName().equals("lang"))
            .map(XmlElement.Attribute::value)
            .findFirst(),
        element.text());
  }

  /** The element, with the declarations it needs where nothing around it declares them. */
  private static String text(final XmlElement element, final Map<String, String> scope) {
    final Map<String, String> declarations = new HashMap<>(element.declarations());
    XmlText.missingDeclarations(element, scope).forEach(declarations::putIfAbsent);
    final StringBuilder out = new StringBuilder();
    XmlText.append(
        out,
        new XmlElement(
            element.prefix(),
            element.localName(),
            declarations,
            element.attributes(),
            element.children()));
    return out.toString();
  }

  private static List<XmlElement> elements(final XmlElement parent) {
    return parent.children().stream()
        .filter(XmlElement.class::isInstance)
        .map(XmlElement.class::cast)
        .toList();
  }

  /**
   * A document as it is shown to somebody else: it is about {@code entity}, and the ids of its
   * tuples begin with {@code prefix}. Empty when it can not be read.
   */
  static Optional<byte[]> rewritten(
      final byte[] document, final String entity, final String prefix) {
    try {
      final XmlElement root = PARSER.parse(document).root();
      final List<XmlNode> children = new ArrayList<>();
      for (final XmlNode child : root.children()) {
        children.add(
            child instanceof XmlElement e && e.named("tuple")
                ? with(e, "id", prefix + e.attribute("id").orElse("t"), e.children())
                : child);
      }
      final StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
      XmlText.append(out, with(root, "entity", entity, children));
      return Optional.of(out.toString().getBytes(StandardCharsets.UTF_8));
    } catch (final XmlRejectedException e) {
      return Optional.empty();
    }
  }

  private static XmlElement with(
      final XmlElement element,
      final String attribute,
      final String value,
      final List<XmlNode> children) {
    final List<XmlElement.Attribute> attributes = new ArrayList<>();
    attributes.add(new XmlElement.Attribute("", attribute, value));
    element.attributes().stream()
        .filter(a -> !a.prefix().isEmpty() || !a.localName().equals(attribute))
        .forEach(attributes::add);
    return new XmlElement(
        element.prefix(), element.localName(), element.declarations(), attributes, children);
  }
}
