// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import java.util.ArrayList;
import java.util.List;

/** A tree with one element exchanged. */
final class XmlReplacement {
  private XmlReplacement() {}

  /** The tree under {@code root} with {@code by} in the place of this very {@code element}. */
  static XmlElement of(final XmlElement root, final XmlElement element, final XmlElement by) {
    if (root == element) {
      return by;
    }
    final List<XmlNode> children = new ArrayList<>(root.children().size());
    boolean changed = false;
    for (final XmlNode child : root.children()) {
      final XmlNode now = child instanceof XmlElement e ? of(e, element, by) : child;
      changed |= now != child;
      children.add(now);
    }
    return changed
        ? new XmlElement(
            root.prefix(), root.localName(), root.declarations(), root.attributes(), children)
        : root;
  }
}
