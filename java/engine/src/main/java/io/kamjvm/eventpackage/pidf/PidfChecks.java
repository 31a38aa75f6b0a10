// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code pres_check_basic} and {@code pres_check_activities} ask of a presence document (spec
 * event-packages 2.3); the return codes are those of the script functions.
 */
public final class PidfChecks {
  private final XmlParser parser = new XmlParser();

  /** 1 when a tuple's basic status begins with {@code status}, ignoring case; else -1. */
  public int basic(final byte[] document, final String status) {
    final Optional<XmlElement> presence = presence(document);
    if (presence.isEmpty()) {
      return -1;
    }
    final List<XmlNode> children = presence.get().children();
    for (int i = 0; i < children.size(); i++) {
      if (children.get(i) instanceof XmlElement tuple && tuple.named("tuple")) {
        final Optional<XmlElement> basic = XmlElement.find(children, i, "basic");
        if (basic.isEmpty()) {
          return -1;
        }
        final String text = basic.get().text().toLowerCase(Locale.ROOT);
        if (text.startsWith(status.toLowerCase(Locale.ROOT))) {
          return 1;
        }
      }
    }
    return -1;
  }

  /** 1 when a person has the activity, -2 when there are no persons or activities, else -1. */
  public int activities(final byte[] document, final String activity) {
    final Optional<XmlElement> presence = presence(document);
    if (presence.isEmpty()) {
      return -1;
    }
    final List<XmlElement> persons = presence.get().children("person");
    if (persons.isEmpty()) {
      return -2;
    }
    for (final XmlElement person : persons) {
      final Optional<XmlElement> activities = person.find("activities");
      if (activities.isEmpty() || activities.get().children().isEmpty()) {
        return -2;
      }
      if (XmlElement.find(activities.get().children(), 0, activity).isPresent()) {
        return 1;
      }
    }
    return -1;
  }

  private Optional<XmlElement> presence(final byte[] document) {
    try {
      return parser.parse(document).root().find("presence");
    } catch (final XmlRejectedException e) {
      return Optional.empty();
    }
  }
}
