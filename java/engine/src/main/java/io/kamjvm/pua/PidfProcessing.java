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
import java.util.UUID;

/**
 * Presence documents: the first tuple has the same id in all documents of a series, and so has a
 * person without one.
 */
final class PidfProcessing implements BodyProcessing {
  private static final String ID = "id";
  private static final int LONGEST_ID = 49;

  private final XmlParser parser = new XmlParser();

  @Override
  public Processed process(final byte[] body, final long version, final Optional<String> tupleId)
      throws UnpublishableException {
    final XmlDocument document;
    try {
      document = parser.parse(body);
    } catch (final XmlRejectedException e) {
      throw new UnpublishableException("the document is no XML: " + e.getMessage());
    }
    XmlElement root = document.root();
    final XmlElement tuple =
        root.find("tuple").orElseThrow(() -> new UnpublishableException("no element tuple"));
    final Optional<String> own = tuple.attribute(ID);
    if (tupleId.isEmpty() && own.filter(id -> id.length() > LONGEST_ID).isPresent()) {
      throw new UnpublishableException("the tuple's id is longer than " + LONGEST_ID);
    }
    final String id = tupleId.or(() -> own).orElseGet(PidfProcessing::freshId);
    if (own.isEmpty()) {
      root = XmlReplacement.of(root, tuple, withId(tuple, id));
    }
    final Optional<XmlElement> person = root.find("person").filter(p -> p.attribute(ID).isEmpty());
    if (person.isPresent()) {
      root = XmlReplacement.of(root, person.get(), withId(person.get(), id));
    }
    return new Processed(IndentedXml.of(root), Optional.of(id));
  }

  private static XmlElement withId(final XmlElement element, final String id) {
    final List<Attribute> attributes = new ArrayList<>(element.attributes());
    attributes.add(new Attribute("", ID, id));
    return new XmlElement(
        element.prefix(),
        element.localName(),
        element.declarations(),
        attributes,
        element.children());
  }

  /** An XML id begins with a letter. */
  private static String freshId() {
    return "t" + UUID.randomUUID().toString().replace("-", "");
  }
}
