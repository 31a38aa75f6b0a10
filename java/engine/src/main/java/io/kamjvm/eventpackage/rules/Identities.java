// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.xml.XmlElement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code identity} conditions (RFC 4745 section 7.1). */
final class Identities {
  private Identities() {}

  static Condition.Identity read(final XmlElement identity) {
    return new Condition.Identity(
        uris(identity.children("one")),
        identity.children("many").stream().map(Identities::many).toList());
  }

  private static Condition.Many many(final XmlElement many) {
    final List<XmlElement> excepted = many.children("except");
    return new Condition.Many(
        domain(many).orElse(""),
        uris(excepted),
        excepted.stream()
            .map(Identities::domain)
            .flatMap(Optional::stream)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Set<String> uris(final List<XmlElement> elements) {
    return elements.stream()
        .map(e -> e.attribute("id"))
        .flatMap(Optional::stream)
        .map(id -> WatcherIdentity.of(id.strip()).uri())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Optional<String> domain(final XmlElement element) {
    return element.attribute("domain").map(d -> d.strip().toLowerCase(Locale.ROOT));
  }
}
