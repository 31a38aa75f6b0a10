// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.xml.AddedDeclarations;
import io.kamjvm.eventpackage.xml.XmlDocument;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlLimits;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A PIDF document cut into the pieces of which aggregates are made, so that aggregating is copying
 * bytes. The content of its root is kept once; where a child needs namespace declarations when it
 * moves under another root, the place and the text of the declarations are kept beside it.
 * Immutable.
 */
public final class PidfDocument implements Document {

  /** Declarations to insert at an offset of the content when it moves. */
  private record Splice(int offset, byte[] declarations) {}

  /** The parts that exist only when there is a {@code presence} element. */
  private record Parts(byte[] opening, byte[] content, byte[] closing, List<Splice> splices) {}

  private final byte[] bytes;
  private final Optional<Parts> parts;
  private final List<Optional<String>> tupleIds;
  private final Optional<String> rankingText;
  private final Optional<String> sphere;

  private PidfDocument(
      final byte[] bytes,
      final Optional<Parts> parts,
      final List<Optional<String>> tupleIds,
      final Optional<String> rankingText,
      final Optional<String> sphere) {
    this.bytes = bytes;
    this.parts = parts;
    this.tupleIds = tupleIds;
    this.rankingText = rankingText;
    this.sphere = sphere;
  }

  /**
   * Cuts a parsed document.
   *
   * @param rankingElement the element whose text ranks it, if any
   * @throws XmlRejectedException when its elements take too many declarations with them
   */
  static PidfDocument of(
      final byte[] bytes, final XmlDocument document, final Optional<String> rankingElement)
      throws XmlRejectedException {
    final Map<String, String> scope = new HashMap<>();
    scope.put("", "");
    final Optional<XmlElement> root = presence(document.root(), scope);
    if (root.isEmpty()) {
      return new PidfDocument(
          bytes, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }
    return new PidfDocument(
        bytes,
        Optional.of(cut(document.encodingDeclared(), root.get(), scope)),
        root.get().children("tuple").stream()
            .map(t -> t.attribute("id").map(id -> id.toLowerCase(Locale.ROOT)))
            .toList(),
        rankingElement.flatMap(root.get()::find).map(XmlElement::text),
        Sphere.of(root.get(), scope));
  }

  /** Finds the {@code presence} element and leaves its scope in {@code scope}. */
  private static Optional<XmlElement> presence(
      final XmlElement element, final Map<String, String> scope) {
    final Map<String, String> outer = new HashMap<>(scope);
    scope.putAll(element.declarations());
    if (element.named("presence")) {
      return Optional.of(element);
    }
    for (final XmlNode child : element.children()) {
      if (child instanceof XmlElement inner) {
        final Optional<XmlElement> found = presence(inner, scope);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    scope.clear();
    scope.putAll(outer);
    return Optional.empty();
  }

  private static Parts cut(
      final boolean encodingDeclared, final XmlElement root, final Map<String, String> scope)
      throws XmlRejectedException {
    final StringBuilder opening = new StringBuilder("<?xml version=\"1.0\"");
    opening.append(encodingDeclared ? " encoding=\"UTF-8\"?>\n" : "?>\n");
    final Map<String, String> declarations = new LinkedHashMap<>(root.declarations());
    scope.forEach(
        (prefix, uri) -> {
          if (!uri.isEmpty()) {
            declarations.putIfAbsent(prefix, uri);
          }
        });
    XmlText.appendOpening(opening, root, declarations);
    final StringBuilder closing = new StringBuilder();
    XmlText.appendClosing(closing, root);
    closing.append('\n');
    final StringBuilder content = new StringBuilder(1_024);
    final List<Splice> splices = new ArrayList<>();
    final AddedDeclarations added = new AddedDeclarations();
    for (final XmlNode child : root.children()) {
      if (child instanceof XmlElement element) {
        final Map<String, String> missing = XmlText.missingDeclarations(element, scope);
        if (!missing.isEmpty()) {
          final int name = content.length() + 1 + element.qualifiedName().length();
          splices.add(new Splice(name, added.text(missing)));
        }
      }
      XmlText.append(content, child);
    }
    final byte[] bytes = utf8(content.toString());
    return new Parts(
        utf8(opening.toString()),
        bytes,
        utf8(closing.toString()),
        bytes.length == content.length() ? List.copyOf(splices) : inBytes(splices, content));
  }

  /** Offsets that were counted in characters, counted in bytes. */
  private static List<Splice> inBytes(final List<Splice> splices, final StringBuilder content) {
    final List<Splice> counted = new ArrayList<>(splices.size());
    int characters = 0;
    int bytes = 0;
    for (final Splice splice : splices) {
      bytes += utf8(content.substring(characters, splice.offset)).length;
      characters = splice.offset;
      counted.add(new Splice(bytes, splice.declarations));
    }
    return List.copyOf(counted);
  }

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  /** The sphere that it says its presentity is in (RFC 4480 section 3.11). */
  public Optional<String> sphere() {
    return sphere;
  }

  /** The text of the ranking element, when there is one. */
  Optional<String> rankingText() {
    return rankingText;
  }

  /**
   * Merges documents as spec event-packages 2.6 says: the last one is the base; of each other one,
   * from newer to older, everything is appended unless its first tuple is already there. Where that
   * would be longer than a document may be, the base is all.
   *
   * @return empty when one of them has no {@code presence} element, or lacks a tuple id where it
   *     matters
   */
  static Optional<byte[]> merge(final List<PidfDocument> documents) {
    final PidfDocument base = documents.get(documents.size() - 1);
    if (base.parts.isEmpty()) {
      return Optional.empty();
    }
    final Set<String> seen = new HashSet<>();
    boolean allIdentified = base.identify(seen);
    final List<Parts> appended = new ArrayList<>();
    for (int i = documents.size() - 2; i >= 0; i--) {
      final PidfDocument other = documents.get(i);
      if (other.parts.isEmpty()) {
        return Optional.empty();
      }
      if (!other.tupleIds.isEmpty()) {
        final Optional<String> first = other.tupleIds.get(0);
        if (first.isEmpty()) {
          return Optional.empty();
        }
        if (seen.contains(first.get())) {
          continue;
        }
        if (!allIdentified) {
          return Optional.empty();
        }
      }
      allIdentified &= other.identify(seen);
      appended.add(other.parts.get());
    }
    return Optional.of(join(base.parts.get(), appended));
  }

  private boolean identify(final Set<String> seen) {
    boolean all = true;
    for (final Optional<String> id : tupleIds) {
      id.ifPresent(seen::add);
      all &= id.isPresent();
    }
    return all;
  }

  private static byte[] join(final Parts base, final List<Parts> appended) {
    int size = base.opening.length + base.content.length + base.closing.length;
    for (final Parts parts : appended) {
      size += parts.content.length;
      for (final Splice splice : parts.splices) {
        size += splice.declarations.length;
      }
      if (size > XmlLimits.BYTES) {
        return join(base, List.of());
      }
    }
    final byte[] merged = new byte[size];
    int at = put(base.opening, 0, base.opening.length, merged, 0);
    at = put(base.content, 0, base.content.length, merged, at);
    for (final Parts parts : appended) {
      int from = 0;
      for (final Splice splice : parts.splices) {
        at = put(parts.content, from, splice.offset, merged, at);
        at = put(splice.declarations, 0, splice.declarations.length, merged, at);
        from = splice.offset;
      }
      at = put(parts.content, from, parts.content.length, merged, at);
    }
    put(base.closing, 0, base.closing.length, merged, at);
    return merged;
  }

  private static int put(
      final byte[] source, final int from, final int to, final byte[] target, final int at) {
    System.arraycopy(source, from, target, at, to - from);
    return at + to - from;
  }
}
