// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Nodes as text. What it writes is well-formed whatever the nodes contain. */
public final class XmlText {
  private XmlText() {}

  /** Appends the node as it stands, for a place where its parent's namespaces are in scope. */
  public static void append(final StringBuilder out, final XmlNode node) {
    if (node instanceof XmlElement element) {
      append(out, element);
    } else if (node instanceof XmlNode.Text text) {
      appendText(out, text.value());
    } else if (node instanceof XmlNode.Comment comment) {
      out.append("<!--").append(comment.value()).append("-->");
    }
  }

  private static void append(final StringBuilder out, final XmlElement element) {
    appendOpening(out, element, element.declarations());
    if (element.children().isEmpty()) {
      out.setLength(out.length() - 1);
      out.append("/>");
      return;
    }
    for (final XmlNode child : element.children()) {
      append(out, child);
    }
    appendClosing(out, element);
  }

  /** Appends the start tag, with these namespace declarations instead of its own. */
  public static void appendOpening(
      final StringBuilder out, final XmlElement element, final Map<String, String> declarations) {
    appendName(out.append('<'), element);
    appendDeclarations(out, declarations);
    for (final XmlElement.Attribute attribute : element.attributes()) {
      out.append(' ');
      if (!attribute.prefix().isEmpty()) {
        out.append(attribute.prefix()).append(':');
      }
      out.append(attribute.localName()).append("=\"");
      appendValue(out, attribute.value());
      out.append('"');
    }
    out.append('>');
  }

  /** Appends the end tag. */
  public static void appendClosing(final StringBuilder out, final XmlElement element) {
    appendName(out.append("</"), element);
    out.append('>');
  }

  private static void appendName(final StringBuilder out, final XmlElement element) {
    if (!element.prefix().isEmpty()) {
      out.append(element.prefix()).append(':');
    }
    out.append(element.localName());
  }

  /** Appends namespace declarations, each with a blank in front. */
  public static void appendDeclarations(
      final StringBuilder out, final Map<String, String> declarations) {
    declarations.forEach(
        (prefix, uri) -> {
          out.append(prefix.isEmpty() ? " xmlns" : " xmlns:").append(prefix).append("=\"");
          appendValue(out, uri);
          out.append('"');
        });
  }

  /**
   * What the element must declare itself when it is moved out of a parent with this scope: the
   * prefixes that it or its content uses, also inside values, without declaring them.
   */
  public static Map<String, String> missingDeclarations(
      final XmlElement element, final Map<String, String> scope) {
    final Map<String, String> missing = new LinkedHashMap<>();
    collect(element, scope, missing);
    return missing;
  }

  private static void collect(
      final XmlElement element,
      final Map<String, String> scope,
      final Map<String, String> missing) {
    final Map<String, String> open = without(scope, element.declarations());
    if (!element.declarations().containsKey(element.prefix())) {
      if (element.prefix().isEmpty()) {
        // a document without default namespace must stay without one wherever it is put
        if (open.containsKey("")) {
          missing.put("", open.get(""));
        }
      } else {
        use(element.prefix(), open, missing);
      }
    }
    for (final XmlElement.Attribute attribute : element.attributes()) {
      use(attribute.prefix(), open, missing);
      useInValue(attribute.value(), open, missing);
    }
    for (final XmlNode child : element.children()) {
      if (child instanceof XmlElement inner) {
        collect(inner, open, missing);
      } else if (child instanceof XmlNode.Text text) {
        useInValue(text.value(), open, missing);
      }
    }
  }

  private static Map<String, String> without(
      final Map<String, String> scope, final Map<String, String> declarations) {
    if (declarations.isEmpty()) {
      return scope;
    }
    final Map<String, String> open = new HashMap<>(scope);
    open.keySet().removeAll(declarations.keySet());
    return open;
  }

  private static void use(
      final String prefix, final Map<String, String> open, final Map<String, String> missing) {
    if (!prefix.isEmpty() && open.containsKey(prefix)) {
      missing.put(prefix, open.get(prefix));
    }
  }

  /** Prefixes of qualified names in texts and values; each place is looked at once. */
  private static void useInValue(
      final String value, final Map<String, String> open, final Map<String, String> missing) {
    for (int colon = value.indexOf(':'); colon >= 0; colon = value.indexOf(':', colon + 1)) {
      int from = colon;
      while (from > 0 && isNameCharacter(value.charAt(from - 1))) {
        from--;
      }
      use(value.substring(from, colon), open, missing);
    }
  }

  private static boolean isNameCharacter(final char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
  }

  /** Appends character data, escaped. */
  public static void appendText(final StringBuilder out, final String text) {
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c <= '>') {
        final String escaped = inText(c);
        if (!escaped.isEmpty()) {
          out.append(text, from, i).append(escaped);
          from = i + 1;
        }
      }
    }
    out.append(text, from, text.length());
  }

  /** What stands for the character; empty where it stands for itself. */
  private static String inText(final char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '\r' -> "&#13;";
      default -> "";
    };
  }

  /** Appends an attribute value, escaped, without quotes. */
  public static void appendValue(final StringBuilder out, final String value) {
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      final char c = value.charAt(i);
      if (c <= '<') {
        final String escaped = inValue(c);
        if (!escaped.isEmpty()) {
          out.append(value, from, i).append(escaped);
          from = i + 1;
        }
      }
    }
    out.append(value, from, value.length());
  }

  /** As {@link #inText}. */
  private static String inValue(final char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '"' -> "&quot;";
      case '\t' -> "&#9;";
      case '\n' -> "&#10;";
      case '\r' -> "&#13;";
      default -> "";
    };
  }
}
