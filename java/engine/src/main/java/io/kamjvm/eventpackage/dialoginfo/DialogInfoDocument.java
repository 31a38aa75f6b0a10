// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dialoginfo;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.xml.AddedDeclarations;
import io.kamjvm.eventpackage.xml.MovedElement;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A published dialog-info document, cut into the elements of which others are made. Immutable.
 *
 * @param elements the child elements of its root, in order
 */
public record DialogInfoDocument(byte[] bytes, List<DialogElement> elements) implements Document {
  static final String NAMESPACE = "urn:ietf:params:xml:ns:dialog-info";

  /**
   * Cuts a parsed document.
   *
   * @throws XmlRejectedException when its elements take too many declarations with them
   */
  public static DialogInfoDocument of(final byte[] bytes, final XmlElement root)
      throws XmlRejectedException {
    return new DialogInfoDocument(bytes, cut(root, false));
  }

  /** As {@link #of}, all dialogs ended by their publisher's leaving. */
  static DialogInfoDocument ended(final byte[] bytes, final XmlElement root)
      throws XmlRejectedException {
    return new DialogInfoDocument(bytes, cut(root, true));
  }

  private static List<DialogElement> cut(final XmlElement root, final boolean ended)
      throws XmlRejectedException {
    final AddedDeclarations added = new AddedDeclarations();
    final List<DialogElement> elements = new ArrayList<>();
    for (final XmlNode child : root.children()) {
      if (child instanceof XmlElement element) {
        final XmlElement shown =
            ended && element.named("dialog") ? DialogElement.ended(element) : element;
        elements.add(DialogElement.of(MovedElement.bytes(root, shown, NAMESPACE, added), shown));
      }
    }
    return List.copyOf(elements);
  }

  /** The id by which its call is known: that of its first dialog. */
  Optional<String> callId() {
    return elements.stream().filter(DialogElement::dialog).findFirst().flatMap(DialogElement::id);
  }

  /** Whether it tells of a dialog. */
  public boolean busy() {
    return elements.stream().anyMatch(DialogElement::dialog);
  }

  /** Whether it tells of dialogs and all of them are over. */
  boolean over() {
    return busy() && elements.stream().filter(DialogElement::dialog).allMatch(DialogElement::over);
  }

  /** Whether both tell of the same call. */
  public boolean sameCall(final DialogInfoDocument other) {
    return callId().isPresent() && callId().equals(other.callId());
  }
}
