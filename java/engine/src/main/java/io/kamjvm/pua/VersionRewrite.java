// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.eventpackage.xml.XmlDocument;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlElement.Attribute;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts the documents of a series in an attribute {@code version} of the first such element. */
final class VersionRewrite implements BodyProcessing {
  private static final String VERSION = "version";

  private final XmlParser parser = new XmlParser();
  private final String element;

  VersionRewrite(final String element) {
    this.element = element;
  }

  @Override
  public Processed process(final byte[] body, final long version, final Optional<String> tupleId)
      throws UnpublishableException {
    final XmlDocument document;
    try {
      document = parser.parse(body);
    } catch (final XmlRejectedException e) {
      throw new UnpublishableException("the document is no XML: " + e.getMessage());
    }
    final XmlElement found =
        document
            .root()
            .find(element)
            .orElseThrow(() -> new UnpublishableException("no element " + element));
    final List<Attribute> attributes = new ArrayList<>();
    boolean replaced = false;
    for (final Attribute attribute : found.attributes()) {
      final boolean counts = attribute.prefix().isEmpty() && attribute.localName().equals(VERSION);
      attributes.add(counts ? new Attribute("", VERSION, Long.toString(version)) : attribute);
      replaced |= counts;
    }
    if (!replaced) {
      attributes.add(new Attribute("", VERSION, Long.toString(version)));
    }
    final XmlElement counted =
        new XmlElement(
            found.prefix(), found.localName(), found.declarations(), attributes, found.children());
    return new Processed(
        IndentedXml.of(XmlReplacement.of(document.root(), found, counted)), tupleId);
  }
}
