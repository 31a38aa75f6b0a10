// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.AddedDeclarations;
import io.kamjvm.eventpackage.xml.MovedElement;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads published PIDF and CPIM-PIDF (spec pa 1.9), whatever prefixes it uses. Tuples get ids of
 * ours. One thread.
 */
final class PidfReader {
  /** Elements of these namespaces, or of none, are PIDF's own. */
  private static final Set<String> OWN =
      Set.of("", PresenceDocument.PIDF_NAMESPACE, PresenceDocument.CPIM_NAMESPACE);

  private final XmlParser parser = new XmlParser();
  private final Supplier<String> ids;
  private final int defaultPriority;

  /**
   * @param ids makes tuple ids
   * @param defaultPriority hundredths, of contacts that do not say theirs
   */
  PidfReader(final Supplier<String> ids, final int defaultPriority) {
    this.ids = ids;
    this.defaultPriority = defaultPriority;
  }

  /**
   * Reads a document.
   *
   * @throws XmlRejectedException when it is no such document
   */
  Content read(final byte[] body) throws XmlRejectedException {
    final XmlElement root = parser.parse(body).root();
    if (!root.named("presence")) {
      throw new XmlRejectedException("the root element is not presence");
    }
    return new Reading(root).content();
  }

  private final class Reading {
    private final XmlElement root;
    private final Map<String, String> rootScope;
    private final AddedDeclarations added = new AddedDeclarations();
    private final List<Tuple> tuples = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private final List<String> extensions = new ArrayList<>();
    private final Set<String> publishedIds = new HashSet<>();

    Reading(final XmlElement root) {
      this.root = root;
      this.rootScope = inner(Map.of("", ""), root);
    }

    Content content() throws XmlRejectedException {
      for (final XmlElement child : elements(root)) {
        final Map<String, String> scope = inner(rootScope, child);
        if (own(child, scope, "tuple")) {
          tuples.add(tuple(child, scope));
        } else if (own(child, scope, "note")) {
          notes.add(note(child));
        } else {
          extensions.add(moved(rootScope, child));
        }
      }
      return new Content(tuples, notes, extensions);
    }

    private Tuple tuple(final XmlElement tuple, final Map<String, String> scope)
        throws XmlRejectedException {
      Optional<Basic> basic = Optional.empty();
      String contact = "";
      int priority = defaultPriority;
      final List<Note> tupleNotes = new ArrayList<>();
      final List<String> statusExtensions = new ArrayList<>();
      final List<String> tupleExtensions = new ArrayList<>();
      for (final XmlElement child : elements(tuple)) {
        final Map<String, String> childScope = inner(scope, child);
        if (own(child, childScope, "status")) {
          basic = Optional.of(status(child, childScope, statusExtensions));
        } else if (own(child, childScope, "contact")) {
          contact = child.text().strip();
          priority = child.attribute("priority").map(this::priority).orElse(defaultPriority);
        } else if (own(child, childScope, "note")) {
          tupleNotes.add(note(child));
        } else if (!own(child, childScope, "timestamp")) {
          tupleExtensions.add(moved(scope, child));
        }
      }
      if (basic.isEmpty()) {
        throw new XmlRejectedException("a tuple has no status");
      }
      if (contact.codePoints().anyMatch(Character::isISOControl)) {
        throw new XmlRejectedException("a contact is no URI");
      }
      return new Tuple(
          ids.get(),
          publishedId(tuple),
          basic.get(),
          contact,
          priority,
          tupleNotes,
          statusExtensions,
          tupleExtensions);
    }

    private String publishedId(final XmlElement tuple) throws XmlRejectedException {
      final String id = tuple.attribute("id").orElse("");
      if (!id.isEmpty() && !publishedIds.add(id)) {
        throw new XmlRejectedException("two tuples have the same id");
      }
      return id;
    }

    private Basic status(
        final XmlElement status, final Map<String, String> scope, final List<String> others)
        throws XmlRejectedException {
      Basic basic = Basic.CLOSED;
      for (final XmlElement child : elements(status)) {
        if (own(child, inner(scope, child), "basic")) {
          basic = child.text().strip().equals("open") ? Basic.OPEN : Basic.CLOSED;
        } else {
          others.add(moved(scope, child));
        }
      }
      return basic;
    }

    private int priority(final String text) {
      try {
        final double value = Double.parseDouble(text.strip());
        return value >= 0 && value <= 1 ? (int) Math.round(value * 100) : defaultPriority;
      } catch (final NumberFormatException e) {
        return defaultPriority;
      }
    }

    private Note note(final XmlElement element) {
      final String lang =
          element.attributes().stream()
              .filter(a -> a.prefix().equals("xml") && a.localName().equals("lang"))
              .map(XmlElement.Attribute::value)
              .findFirst()
              .orElse("");
      return new Note(element.text(), lang);
    }

    /** The element's text, ready to stand under another root. */
    private String moved(final Map<String, String> scope, final XmlElement element)
        throws XmlRejectedException {
      final Map<String, String> declarations = new LinkedHashMap<>(scope);
      declarations.remove("", "");
      final XmlElement parent = new XmlElement("", "x", declarations, List.of(), List.of());
      return new String(
          MovedElement.bytes(parent, element, PresenceDocument.PIDF_NAMESPACE, added),
          StandardCharsets.UTF_8);
    }
  }

  private static List<XmlElement> elements(final XmlElement parent) {
    final List<XmlElement> elements = new ArrayList<>();
    for (final XmlNode child : parent.children()) {
      if (child instanceof XmlElement element) {
        elements.add(element);
      }
    }
    return elements;
  }

  private static Map<String, String> inner(
      final Map<String, String> scope, final XmlElement element) {
    if (element.declarations().isEmpty()) {
      return scope;
    }
    final Map<String, String> inner = new HashMap<>(scope);
    inner.putAll(element.declarations());
    return inner;
  }

  private static boolean own(
      final XmlElement element, final Map<String, String> scope, final String name) {
    return element.localName().equals(name)
        && OWN.contains(scope.getOrDefault(element.prefix(), ""));
  }
}
