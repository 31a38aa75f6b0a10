// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.xml.XmlElement;
import java.util.Optional;

/**
 * Which tuples, persons or devices a rule grants (RFC 5025 section 3.3.1). Values are compared
 * ignoring case. Immutable.
 */
record Selector(Kind kind, String value) {

  enum Kind {
    CLASS("class"),
    DEVICE_ID("deviceID"),
    OCCURRENCE_ID("occurrence-id"),
    SERVICE_URI("service-uri"),
    SERVICE_URI_SCHEME("service-uri-scheme");

    private final String element;

    Kind(final String element) {
      this.element = element;
    }

    /** What the tuple, person or device has to be compared; empty when nothing. */
    Optional<String> valueOf(final XmlElement component) {
      return switch (this) {
        case CLASS, DEVICE_ID -> text(component, element);
        case OCCURRENCE_ID -> component.attribute("id");
        case SERVICE_URI -> text(component, "contact");
        case SERVICE_URI_SCHEME ->
            text(component, "contact")
                .filter(uri -> uri.indexOf(':') > 0)
                .map(uri -> uri.substring(0, uri.indexOf(':')));
      };
    }

    private static Optional<String> text(final XmlElement component, final String name) {
      return component.find(name).map(XmlElement::text).map(String::strip);
    }
  }

  /** Reads one; empty when it is none that is known. */
  static Optional<Selector> of(final XmlElement element) {
    final String value = element.text().strip();
    if (element.named("occurence-id")) {
      // how stock servers spell it, and so how their users' documents do
      return Optional.of(new Selector(Kind.OCCURRENCE_ID, value));
    }
    for (final Kind kind : Kind.values()) {
      if (element.named(kind.element)) {
        return Optional.of(new Selector(kind, value));
      }
    }
    return Optional.empty();
  }
}
