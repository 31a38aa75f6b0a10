// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.rules.WatcherIdentity;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules as pa reads them (spec pa 1.15): of all rules whose identity matches the one that allows
 * most counts. Sphere, validity and transformations are not looked at. Immutable.
 */
record RulesText(List<Rule> rules) {

  /** What a rule does, in the order in which one outweighs another. */
  enum Action {
    BLOCK,
    CONFIRM,
    POLITE_BLOCK,
    ALLOW
  }

  /** Whom a rule is about: everybody where it names nobody. */
  record Rule(List<XmlElement> identities, Action action) {
    boolean matches(final WatcherIdentity watcher) {
      return identities.isEmpty() || identities.stream().anyMatch(i -> names(i, watcher));
    }

    private static boolean names(final XmlElement identity, final WatcherIdentity watcher) {
      return children(identity, "one", "id").stream().anyMatch(e -> is(e, watcher))
          || children(identity, "many", "domain", "any-identity").stream()
              .anyMatch(e -> isAmong(e, watcher));
    }

    private static boolean is(final XmlElement one, final WatcherIdentity watcher) {
      final String id = one.attribute("id").orElseGet(one::text).strip();
      return WatcherIdentity.of(id).equals(watcher);
    }

    private static boolean isAmong(final XmlElement many, final WatcherIdentity watcher) {
      final Optional<String> domain = domain(many);
      if (domain.isPresent() && !domain.get().equalsIgnoreCase(watcher.domain())) {
        return false;
      }
      return children(many, "except", "except-domain").stream()
          .noneMatch(
              e ->
                  e.attribute("id").map(id -> WatcherIdentity.of(id).equals(watcher)).orElse(false)
                      || domain(e).map(d -> d.equalsIgnoreCase(watcher.domain())).orElse(false));
    }

    private static Optional<String> domain(final XmlElement element) {
      return element.attribute("domain").map(String::strip).filter(d -> !d.isEmpty());
    }
  }

  /**
   * Reads a document.
   *
   * @param handling the element whose text says what a rule does
   * @throws XmlRejectedException when it is none
   */
  static RulesText parse(final byte[] document, final String handling) throws XmlRejectedException {
    final XmlElement root = new XmlParser().parse(document).root();
    if (!root.named("ruleset")) {
      throw new XmlRejectedException("the root element is not ruleset");
    }
    final List<Rule> rules = new ArrayList<>();
    for (final XmlElement rule : root.children("rule")) {
      final List<XmlElement> identities =
          rule.children("conditions").stream()
              .flatMap(c -> c.children("identity").stream())
              .toList();
      rule.find(handling)
          .flatMap(h -> action(h.text().strip()))
          .ifPresent(action -> rules.add(new Rule(identities, action)));
    }
    return new RulesText(List.copyOf(rules));
  }

  private static Optional<Action> action(final String text) {
    return switch (text) {
      case "allow" -> Optional.of(Action.ALLOW);
      case "polite-block" -> Optional.of(Action.POLITE_BLOCK);
      case "confirm" -> Optional.of(Action.CONFIRM);
      case "block" -> Optional.of(Action.BLOCK);
      default -> Optional.empty();
    };
  }

  /** What the rules do with somebody; empty when none is about him. */
  Optional<Action> about(final String watcher) {
    final WatcherIdentity identity = WatcherIdentity.of(watcher);
    return rules.stream().filter(r -> r.matches(identity)).map(Rule::action).max(Enum::compareTo);
  }

  private static List<XmlElement> children(final XmlElement parent, final String... names) {
    final List<XmlElement> found = new ArrayList<>();
    for (final XmlNode child : parent.children()) {
      if (child instanceof XmlElement element) {
        for (final String name : names) {
          if (element.named(name)) {
            found.add(element);
          }
        }
      }
    }
    return found;
  }
}
