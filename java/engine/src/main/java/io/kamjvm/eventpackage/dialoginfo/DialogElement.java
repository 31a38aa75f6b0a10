// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dialoginfo;

import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A child element of a dialog-info document (RFC 4235 section 4.1). Immutable.
 *
 * @param bytes it, ready to stand in another document
 * @param dialog whether it is a {@code dialog}
 * @param id of a dialog, when it has one that is not empty
 * @param state the text of its {@code state}, when it has one
 */
record DialogElement(byte[] bytes, boolean dialog, Optional<String> id, Optional<String> state) {
  private static final String TERMINATED = "terminated";

  static DialogElement of(final byte[] bytes, final XmlElement element) {
    final boolean dialog = element.named("dialog");
    return new DialogElement(
        bytes,
        dialog,
        dialog ? element.attribute("id").filter(id -> !id.isEmpty()) : Optional.empty(),
        XmlElement.find(element.children(), 0, "state").map(XmlElement::text).map(String::trim));
  }

  /** Whether it is a dialog that is over. */
  boolean over() {
    return state.filter(TERMINATED::equalsIgnoreCase).isPresent();
  }

  /** The dialog as it is when nobody tells of it any more: terminated, nobody knows by what. */
  static XmlElement ended(final XmlElement dialog) {
    final List<XmlNode> children = new ArrayList<>();
    boolean stated = false;
    for (final XmlNode child : dialog.children()) {
      if (child instanceof XmlElement element && element.named("state")) {
        stated = true;
        children.add(
            new XmlElement(
                element.prefix(),
                element.localName(),
                element.declarations(),
                List.of(),
                List.of(new XmlNode.Text(TERMINATED))));
      } else {
        children.add(child);
      }
    }
    if (!stated) {
      children.add(
          new XmlElement(
              dialog.prefix(),
              "state",
              Map.of(),
              List.of(),
              List.of(new XmlNode.Text(TERMINATED))));
    }
    return new XmlElement(
        dialog.prefix(),
        dialog.localName(),
        dialog.declarations(),
        dialog.attributes(),
        List.copyOf(children));
  }
}
