// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;

/**
 * A tree as text, as libxml2 writes it when asked to indent: two blanks a level, but nothing is
 * added inside an element that has character data of its own.
 */
final class IndentedXml {
  private IndentedXml() {}

  /** The whole document in UTF-8, with XML declaration and final line break. */
  static byte[] of(final XmlElement root) {
    final StringBuilder out = new StringBuilder(1024);
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    append(out, root, 0, true);
    return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(
      final StringBuilder out, final XmlNode node, final int depth, final boolean indented) {
    if (!(node instanceof XmlElement element) || element.children().isEmpty()) {
      XmlText.append(out, node);
      return;
    }
    XmlText.appendOpening(out, element, element.declarations());
    final boolean inner = indented && element.children().stream().noneMatch(IndentedXml::isText);
    for (final XmlNode child : element.children()) {
      if (inner) {
        breakLine(out, depth + 1);
      }
      append(out, child, depth + 1, inner);
    }
    if (inner) {
      breakLine(out, depth);
    }
    XmlText.appendClosing(out, element);
  }

  private static boolean isText(final XmlNode node) {
    return node instanceof XmlNode.Text;
  }

  private static void breakLine(final StringBuilder out, final int depth) {
    out.append('\n').append("  ".repeat(depth));
  }
}
