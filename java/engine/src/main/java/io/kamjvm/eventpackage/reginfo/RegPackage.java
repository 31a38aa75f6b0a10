// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.reginfo;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.xml.MovedElement;
import io.kamjvm.eventpackage.xml.VersionedRoot;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Package {@code reg} (RFC 3680, spec event-packages 5): the last document as published, or the
 * registrations of all publications in one full document, numbered for each subscription.
 */
public final class RegPackage implements EventPackage {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:reginfo";

  private final XmlParser parser = new XmlParser();
  private final VersionedRoot root = new VersionedRoot("reginfo", NAMESPACE);
  private final int defaultExpires;
  private final boolean aggregate;

  /**
   * @param defaultExpires seconds
   * @param aggregate whether the documents of several publishers are put together
   */
  public RegPackage(final int defaultExpires, final boolean aggregate) {
    this.defaultExpires = defaultExpires;
    this.aggregate = aggregate;
  }

  @Override
  public String name() {
    return "reg";
  }

  @Override
  public String contentType() {
    return "application/reginfo+xml";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }

  @Override
  public boolean viewsDiffer() {
    return aggregate;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    return parser.published(
        body,
        parsed ->
            aggregate
                ? new RegDocument(body, MovedElement.children(parsed, NAMESPACE))
                : Document.of(body));
  }

  /**
   * Aggregated, what a publisher takes back is no longer there; the rest still is. What would be
   * longer than a document may be is the last document alone.
   */
  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    if (!aggregate) {
      return EventPackage.super.state(presentity, documents, offline);
    }
    if (documents.isEmpty()) {
      return Optional.empty();
    }
    final List<byte[]> elements = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      if ((offline.isEmpty() || offline.getAsInt() != i)
          && documents.get(i) instanceof RegDocument document) {
        elements.addAll(document.elements());
      }
    }
    if (documents.size() > 1 && !VersionedRoot.fits(elements)) {
      final int last = documents.size() - 1;
      return state(
          presentity,
          List.of(documents.get(last)),
          offline.isPresent() && offline.getAsInt() == last
              ? OptionalInt.of(0)
              : OptionalInt.empty());
    }
    return Optional.of(root.document(" state=\"full\"", elements));
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    return root.numbered(state, watcher.version());
  }
}
