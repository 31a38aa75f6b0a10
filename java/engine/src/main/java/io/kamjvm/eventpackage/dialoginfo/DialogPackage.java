// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dialoginfo;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.xml.VersionedRoot;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Package {@code dialog} (RFC 4235, spec event-packages 4): the dialogs of all publications in one
 * full document, numbered for each subscription. Each state reaches each watcher, so that a call
 * that is short is seen.
 */
public final class DialogPackage implements EventPackage {
  private static final byte[] DUMMY =
      ("<dialog id=\"615293b33c62dec073e05d9421e9f48b\" direction=\"recipient\">\n"
              + "    <state>terminated</state>\n  </dialog>")
          .getBytes(StandardCharsets.US_ASCII);

  private final XmlParser parser = new XmlParser();
  private final VersionedRoot root = new VersionedRoot("dialog-info", DialogInfoDocument.NAMESPACE);
  private final DialogInfoSettings settings;

  public DialogPackage(final DialogInfoSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "dialog";
  }

  @Override
  public String contentType() {
    return "application/dialog-info+xml";
  }

  @Override
  public int defaultExpires() {
    return settings.defaultExpires();
  }

  @Override
  public boolean viewsDiffer() {
    return true;
  }

  @Override
  public boolean deliversEveryState() {
    return true;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    return parser.published(body, parsed -> DialogInfoDocument.of(body, parsed));
  }

  /** A call that is published again under its id goes on in its new document. */
  @Override
  public boolean replaces(final Document published, final Document stored) {
    return published instanceof DialogInfoDocument one
        && stored instanceof DialogInfoDocument other
        && one.sameCall(other);
  }

  /** What is over stays over. */
  @Override
  public boolean ignores(
      final Document stored, final Optional<Document> published, final boolean samePublisher) {
    return stored instanceof DialogInfoDocument document && document.over();
  }

  /** What would be longer than a document may be is the last document alone. */
  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    if (documents.isEmpty()) {
      return settings.dummy()
          ? Optional.of(document(presentity, List.of(DUMMY)))
          : Optional.empty();
    }
    final List<DialogInfoDocument> shown = new ArrayList<>(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      if ((offline.isEmpty() || offline.getAsInt() != i)
          && documents.get(i) instanceof DialogInfoDocument document) {
        shown.add(document);
      }
    }
    if (shown.isEmpty() && offline.isPresent()) {
      shown.add(ended(documents.get(offline.getAsInt())));
    }
    final Optional<List<byte[]>> elements = elements(shown);
    if (documents.size() > 1 && elements.isPresent() && !VersionedRoot.fits(elements.get())) {
      final int last = documents.size() - 1;
      return state(
          presentity,
          List.of(documents.get(last)),
          offline.isPresent() && offline.getAsInt() == last
              ? OptionalInt.of(0)
              : OptionalInt.empty());
    }
    return elements.map(all -> document(presentity, all));
  }

  private DialogInfoDocument ended(final Document document) {
    try {
      return DialogInfoDocument.ended(document.bytes(), parser.parse(document.bytes()).root());
    } catch (final XmlRejectedException e) {
      return new DialogInfoDocument(document.bytes(), List.of());
    }
  }

  private Optional<List<byte[]>> elements(final List<DialogInfoDocument> documents) {
    final List<DialogElement> all =
        documents.stream().flatMap(document -> document.elements().stream()).toList();
    if (settings.single() && documents.size() > 1) {
      return MostImportantDialog.of(all).map(dialog -> List.of(dialog.bytes()));
    }
    return Optional.of(all.stream().map(DialogElement::bytes).toList());
  }

  private byte[] document(final String presentity, final List<byte[]> elements) {
    final StringBuilder attributes = new StringBuilder(" state=\"full\" entity=\"");
    XmlText.appendValue(attributes, presentity);
    return root.document(attributes.append('"').toString(), elements);
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    return root.numbered(state, watcher.version());
  }
}
