// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A document on several lines, as somebody copies it from a printed manual, whose lines are broken
 * anywhere, or from an editor, whose lines are broken between words (D10).
 */
final class WrappedBody {
  private final XmlParser parser = new XmlParser();

  /** The document; empty when the lines are none. */
  Optional<String> join(final List<String> lines) {
    if (lines.isEmpty() || !lines.get(0).startsWith("<") || isDocument(lines.get(0))) {
      return Optional.empty();
    }
    return Stream.of("", "\n")
        .map(gap -> String.join(gap, lines))
        .filter(this::isDocument)
        .findFirst();
  }

  private boolean isDocument(final String text) {
    try {
      parser.parse(text.getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (final XmlRejectedException e) {
      return false;
    }
  }
}
