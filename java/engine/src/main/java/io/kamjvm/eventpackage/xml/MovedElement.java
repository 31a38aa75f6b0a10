// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text of an element ready to stand under the root of another document, so that merging
 * documents is copying bytes: what it needs of its former surroundings it declares itself.
 */
public final class MovedElement {
  private MovedElement() {}

  /**
   * The bytes of the element under a root whose default namespace is {@code namespace} and that
   * declares no prefixes. What had no namespace takes that one.
   *
   * @param root the parent that the element has in its own document
   * @param element a child of it
   * @param added what the document's elements have taken with them
   * @throws XmlRejectedException when that is too much
   */
  public static byte[] bytes(
      final XmlElement root,
      final XmlElement element,
      final String namespace,
      final AddedDeclarations added)
      throws XmlRejectedException {
    final Map<String, String> scope = new HashMap<>();
    scope.put("", "");
    scope.putAll(root.declarations());
    final Map<String, String> declarations =
        new LinkedHashMap<>(XmlText.missingDeclarations(element, scope));
    final String inherited = declarations.getOrDefault("", namespace);
    if (inherited.isEmpty() || inherited.equals(namespace)) {
      declarations.remove("");
    }
    added.text(declarations);
    declarations.putAll(element.declarations());
    final StringBuilder text = new StringBuilder(512);
    XmlText.append(
        text,
        new XmlElement(
            element.prefix(),
            element.localName(),
            declarations,
            element.attributes(),
            element.children()));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All child elements of a root as {@link #bytes}. */
  public static List<byte[]> children(final XmlElement root, final String namespace)
      throws XmlRejectedException {
    final AddedDeclarations added = new AddedDeclarations();
    final List<byte[]> moved = new ArrayList<>();
    for (final XmlNode child : root.children()) {
      if (child instanceof XmlElement element) {
        moved.add(bytes(root, element, namespace, added));
      }
    }
    return moved;
  }
}
