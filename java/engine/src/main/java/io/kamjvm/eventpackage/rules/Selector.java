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

  /** Whether it names this tuple, person or device. */
  boolean matches(final XmlElement component) {
    return switch (kind) {
      case CLASS -> says(component, "class", value);
      case DEVICE_ID -> says(component, "deviceID", value);
      case OCCURRENCE_ID -> component.attribute("id").filter(value::equalsIgnoreCase).isPresent();
      case SERVICE_URI -> says(component, "contact", value);
      case SERVICE_URI_SCHEME ->
          component
              .find("contact")
              .map(XmlElement::text)
              .map(String::strip)
              .filter(uri -> uri.indexOf(':') > 0)
              .map(uri -> uri.substring(0, uri.indexOf(':')))
              .filter(value::equalsIgnoreCase)
              .isPresent();
    };
  }

  private static boolean says(final XmlElement component, final String name, final String value) {
    return component
        .find(name)
        .map(XmlElement::text)
        .map(String::strip)
        .filter(value::equalsIgnoreCase)
        .isPresent();
  }
}
