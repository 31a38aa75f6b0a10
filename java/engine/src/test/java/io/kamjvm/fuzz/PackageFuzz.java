// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.fuzz;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What holds of a package whatever is published: it refuses or it takes, and what it makes of what
 * it has taken is well-formed, alone and beside a document of somebody else's.
 */
final class PackageFuzz {
  private static final String ANN = "sip:ann@lab.example";

  private final EventPackage with;
  private final Optional<XmlParser> parser;
  private final Document other;

  /**
   * @param sample a document that the package takes
   * @param parser reads what the package makes, if that is XML
   */
  PackageFuzz(final EventPackage with, final String sample, final Optional<XmlParser> parser) {
    this.with = with;
    this.parser = parser;
    try {
      this.other = with.parse(sample.getBytes(StandardCharsets.UTF_8));
    } catch (final UnacceptableBodyException e) {
      throw new IllegalArgumentException(e);
    }
  }

  void tryBody(final byte[] body) {
    final Document document;
    try {
      document = with.parse(body);
    } catch (final UnacceptableBodyException e) {
      return;
    }
    with.replaces(document, other);
    with.ignores(document, Optional.of(other), false);
    for (final List<Document> documents :
        List.of(List.of(document), List.of(document, other), List.of(other, document))) {
      for (int offline = -1; offline < documents.size(); offline++) {
        with.state(ANN, documents, offline < 0 ? OptionalInt.empty() : OptionalInt.of(offline))
            .map(
                s ->
                    with.view(
                        s,
                        new Watcher(
                            ANN, ANN, Optional.empty(), Optional.empty(), Optional.empty(), 10)))
            .ifPresent(this::check);
      }
    }
  }

  private void check(final byte[] document) {
    if (parser.isPresent()) {
      try {
        parser.get().parse(document);
      } catch (final XmlRejectedException e) {
        /* what is put together may be larger than what may be published */
        if (e.getMessage().startsWith("not well-formed")) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
