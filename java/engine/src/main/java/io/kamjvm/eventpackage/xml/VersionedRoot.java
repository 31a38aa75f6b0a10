// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes documents whose root counts the documents of one subscription, as those of dialog-info,
 * reginfo and conference-info do. All begin alike, so the place of the number is known: a watcher's
 * document is a copy of the shared one with the number put in, and watchers who are at the same
 * number share the copy. Thread-safe.
 */
public final class VersionedRoot {
  private static final byte[] PLACEHOLDER = {'0'};
  private static final byte[] NEXT_LINE = {'\n', ' ', ' '};

  private final byte[] opening;
  private final byte[] closing;
  private volatile Stamped last = new Stamped(new byte[0], 0, new byte[0]);

  /** The document last made, for the next watcher who is at the same number. */
  private record Stamped(byte[] state, int version, byte[] document) {}

  /**
   * @param name of the root element, without prefix
   * @param namespace its default namespace
   */
  public VersionedRoot(final String name, final String namespace) {
    this.opening =
        utf8("<?xml version=\"1.0\"?>\n<" + name + " xmlns=\"" + namespace + "\" version=\"");
    this.closing = utf8("\n</" + name + ">\n");
  }

  /**
   * A document without number yet.
   *
   * @param attributes what follows the version in the start tag, each with a blank in front
   * @param children as {@link MovedElement} makes them
   */
  public byte[] document(final String attributes, final List<byte[]> children) {
    final byte[] rest = utf8("\"" + attributes + (children.isEmpty() ? "/>\n" : ">"));
    int size = opening.length + PLACEHOLDER.length + rest.length;
    for (final byte[] child : children) {
      size += NEXT_LINE.length + child.length;
    }
    final byte[] document = new byte[children.isEmpty() ? size : size + closing.length];
    int at = put(opening, document, 0);
    at = put(PLACEHOLDER, document, at);
    at = put(rest, document, at);
    for (final byte[] child : children) {
      at = put(NEXT_LINE, document, at);
      at = put(child, document, at);
    }
    if (!children.isEmpty()) {
      put(closing, document, at);
    }
    return document;
  }

  /** Whether a document with these children is no longer than a document may be. */
  public static boolean fits(final List<byte[]> children) {
    long size = 0;
    for (final byte[] child : children) {
      size += NEXT_LINE.length + child.length;
    }
    return size <= XmlLimits.BYTES;
  }

  /**
   * A document of {@link #document} with its number; any other is returned as it is.
   *
   * @param version 0 or more
   */
  public byte[] numbered(final byte[] state, final int version) {
    final Stamped known = last;
    if (known.state == state && known.version == version) {
      return known.document;
    }
    final int number = opening.length;
    if (state.length <= number || !Arrays.equals(opening, 0, number, state, 0, number)) {
      return state;
    }
    final byte[] digits = Integer.toString(version).getBytes(StandardCharsets.US_ASCII);
    final byte[] document = new byte[state.length - PLACEHOLDER.length + digits.length];
    System.arraycopy(state, 0, document, 0, number);
    final int at = put(digits, document, number);
    System.arraycopy(state, number + PLACEHOLDER.length, document, at, document.length - at);
    last = new Stamped(state, version, document);
    return document;
  }

  private static int put(final byte[] source, final byte[] target, final int at) {
    System.arraycopy(source, 0, target, at, source.length);
    return at + source.length;
  }

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
