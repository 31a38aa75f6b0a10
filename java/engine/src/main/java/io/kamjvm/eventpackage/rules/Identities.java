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
    final List<Optional<String>> ones = uris(identity.children("one"));
    return new Condition.Identity(
        readable(ones),
        identity.children("many").stream().map(Identities::many).toList(),
        ones.stream().anyMatch(Optional::isEmpty));
  }

  private static Condition.Many many(final XmlElement many) {
    final List<XmlElement> excepted = many.children("except");
    final List<Optional<String>> uris = uris(excepted);
    return new Condition.Many(
        domain(many),
        readable(uris),
        excepted.stream()
            .map(Identities::domain)
            .flatMap(Optional::stream)
            .collect(Collectors.toUnmodifiableSet()),
        uris.stream().anyMatch(Optional::isEmpty));
  }

  /** Whom the elements with an id name; empty where it names nobody. */
  private static List<Optional<String>> uris(final List<XmlElement> elements) {
    return elements.stream()
        .map(e -> e.attribute("id"))
        .flatMap(Optional::stream)
        .map(id -> WatcherIdentity.parse(id.strip()).map(WatcherIdentity::uri))
        .toList();
  }

  private static Set<String> readable(final List<Optional<String>> uris) {
    return uris.stream().flatMap(Optional::stream).collect(Collectors.toUnmodifiableSet());
  }

  private static Optional<String> domain(final XmlElement element) {
    return element.attribute("domain").map(d -> d.strip().toLowerCase(Locale.ROOT));
  }
}
