// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.xml.XmlDocument;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Package {@code presence} (RFC 3856, RFC 3863): documents of several publishers merged into one.
 */
public final class PidfPackage implements EventPackage {
  private final XmlParser parser = new XmlParser();
  private final PidfSettings settings;
  private final Optional<PidfAuthority> authority;

  /** Everybody may see everything. */
  public PidfPackage(final PidfSettings settings) {
    this(settings, Optional.empty());
  }

  /**
   * @param authority who decides who may see what; empty: everybody sees everything
   */
  public PidfPackage(final PidfSettings settings, final Optional<PidfAuthority> authority) {
    this.settings = settings;
    this.authority = authority;
  }

  @Override
  public String name() {
    return "presence";
  }

  @Override
  public String contentType() {
    return "application/pidf+xml";
  }

  @Override
  public int defaultExpires() {
    return settings.defaultExpires();
  }

  @Override
  public boolean requiresAuthorization() {
    return authority.isPresent();
  }

  @Override
  public boolean viewsDiffer() {
    return authority.isPresent();
  }

  @Override
  public boolean hasHardState() {
    return authority.isPresent();
  }

  @Override
  public Optional<Rules> rules(final String presentity) throws Exception {
    return authority.isPresent() ? authority.get().rules(presentity) : Optional.empty();
  }

  @Override
  public Verdict authorize(final Watcher watcher) {
    return authority.map(a -> a.authorize(watcher)).orElse(Verdict.ALLOW);
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    return authority.isPresent() ? authority.get().view(state, watcher) : state;
  }

  @Override
  public Optional<byte[]> hardState(final String presentity, final String document)
      throws Exception {
    return authority.isPresent() ? authority.get().hardState(document) : Optional.empty();
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    try {
      return cut(body, parser.parse(body));
    } catch (final XmlRejectedException e) {
      throw new UnacceptableBodyException(415, "Unsupported media type", e.getMessage());
    }
  }

  private PidfDocument cut(final byte[] body, final XmlDocument document)
      throws XmlRejectedException {
    return PidfDocument.of(
        body, document, settings.singleBody().map(PidfSettings.SingleBody::element));
  }

  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    if (documents.isEmpty()) {
      return settings.dummy() ? Optional.of(dummy(presentity)) : Optional.empty();
    }
    final List<PidfDocument> parts = new ArrayList<>(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      if (offline.isPresent() && offline.getAsInt() == i) {
        final Optional<PidfDocument> reduced = offline(documents.get(i));
        if (reduced.isEmpty()) {
          return Optional.empty();
        }
        parts.add(reduced.get());
      } else if (documents.get(i) instanceof PidfDocument document) {
        parts.add(document);
      }
    }
    final Optional<byte[]> merged =
        PidfDocument.merge(
            settings.singleBody().isPresent()
                ? List.of(highest(parts, settings.singleBody().get().priorities()))
                : parts);
    // what can not be merged is told as its publisher has said it (spec event-packages 1.3)
    return merged.isPresent() || offline.isPresent()
        ? merged
        : Optional.of(documents.get(documents.size() - 1).bytes());
  }

  private Optional<PidfDocument> offline(final Document document) {
    try {
      final Optional<XmlDocument> reduced = Offline.of(parser.parse(document.bytes()));
      return reduced.isEmpty()
          ? Optional.empty()
          : Optional.of(cut(document.bytes(), reduced.get()));
    } catch (final XmlRejectedException e) {
      return Optional.empty();
    }
  }

  private static PidfDocument highest(final List<PidfDocument> documents, final String priorities) {
    PidfDocument chosen = documents.get(documents.size() - 1);
    for (int i = documents.size() - 2; i >= 0; i--) {
      final PidfDocument other = documents.get(i);
      if (chosen.rankingText().isPresent() && other.rankingText().isPresent()) {
        final String text = other.rankingText().get();
        final String best = chosen.rankingText().get();
        if (!text.equalsIgnoreCase(best) && priorities.indexOf(text) > priorities.indexOf(best)) {
          chosen = other;
        }
      }
    }
    return chosen;
  }

  /** Spec event-packages 2.9; the entity is the bare user part, as deployed watchers know it. */
  private static byte[] dummy(final String presentity) {
    final int colon = presentity.indexOf(':');
    final int at = presentity.indexOf('@');
    final StringBuilder entity = new StringBuilder();
    XmlText.appendValue(
        entity, at < 0 ? presentity.substring(colon + 1) : presentity.substring(colon + 1, at));
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
            + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
            + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\""
            + " xmlns:c=\"urn:ietf:params:xml:ns:pidf:cipid\" entity=\""
            + entity
            + "\"><tuple id=\"615293b33c62dec073e05d9421e9f48b\">"
            + "<status><basic>open</basic></status></tuple><note>Available</note>"
            + "<dm:person id=\"1\"><rpid:activities/><dm:note>Available</dm:note></dm:person>"
            + "</presence>\n")
        .getBytes(StandardCharsets.UTF_8);
  }
}
