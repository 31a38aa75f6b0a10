// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The namespace declarations that the elements of one document need in other surroundings: equal
 * ones share their bytes, and all together are bounded, because each of thousands of elements may
 * need long ones that its document says once. Not thread-safe.
 */
public final class AddedDeclarations {
  private final Map<Map<String, String>, byte[]> texts = new HashMap<>();
  private int added;

  /**
   * The text of the declarations an element takes with it, each with a blank in front.
   *
   * @return shared, not to be changed
   * @throws XmlRejectedException when the document's elements need more than {@link
   *     XmlLimits#ADDED} bytes of them
   */
  public byte[] text(final Map<String, String> declarations) throws XmlRejectedException {
    byte[] text = texts.get(declarations);
    if (text == null) {
      final StringBuilder written = new StringBuilder();
      XmlText.appendDeclarations(written, declarations);
      text = written.toString().getBytes(StandardCharsets.UTF_8);
      texts.put(Map.copyOf(declarations), text);
    }
    added += text.length;
    if (added > XmlLimits.ADDED) {
      throw new XmlRejectedException("namespaces repeated for too many elements");
    }
    return text;
  }
}
