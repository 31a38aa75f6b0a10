// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.conference;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.xml.MovedElement;
import io.kamjvm.eventpackage.xml.VersionedRoot;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Package {@code conference} (RFC 4575, spec event-packages 6): the newest document in full,
 * numbered for each subscription.
 */
public final class ConferencePackage implements EventPackage {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:conference-info";

  private final XmlParser parser = new XmlParser();
  private final VersionedRoot root = new VersionedRoot("conference-info", NAMESPACE);
  private final int defaultExpires;

  /**
   * @param defaultExpires seconds
   */
  public ConferencePackage(final int defaultExpires) {
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return "conference";
  }

  @Override
  public String contentType() {
    return "application/conference-info+xml";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }

  @Override
  public boolean viewsDiffer() {
    return true;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    return parser.published(
        body,
        parsed ->
            new ConferenceDocument(
                body,
                parsed.named("conference-info")
                    ? Optional.of(MovedElement.children(parsed, NAMESPACE))
                    : Optional.empty()));
  }

  /** What is no conference-info passes as it is, as upstream. */
  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    for (int i = documents.size() - 1; i >= 0; i--) {
      if ((offline.isEmpty() || offline.getAsInt() != i)
          && documents.get(i) instanceof ConferenceDocument newest) {
        return Optional.of(
            newest
                .elements()
                .map(elements -> document(presentity, elements))
                .orElseGet(newest::bytes));
      }
    }
    return Optional.empty();
  }

  /** The entity has no scheme, as deployed watchers know it. */
  private byte[] document(final String presentity, final List<byte[]> elements) {
    final StringBuilder attributes = new StringBuilder(" state=\"full\" entity=\"");
    XmlText.appendValue(attributes, presentity.substring(presentity.indexOf(':') + 1));
    return root.document(attributes.append('"').toString(), elements);
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    return root.numbered(state, watcher.version());
  }
}
