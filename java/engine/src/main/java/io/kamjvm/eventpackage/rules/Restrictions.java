// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.rules.Transformations.Part;
import io.kamjvm.eventpackage.rules.Transformations.Parts;
import io.kamjvm.eventpackage.rules.Transformations.Transformation;
import io.kamjvm.eventpackage.rules.Transformations.UserInput;
import io.kamjvm.eventpackage.rules.Transformations.Without;
import io.kamjvm.eventpackage.xml.XmlElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Transformations in the form in which documents ask about them: each element costs a few look-ups,
 * however many transformations there are. Immutable.
 */
final class Restrictions {
  private static final int ENTRY = 256;

  private final Set<String> anywhere = new HashSet<>();
  private final Map<String, Set<String>> inNamespaces = new HashMap<>();
  private final Map<String, Choice> choices = new HashMap<>();
  private final boolean inputBare;
  private final boolean inputThresholds;
  private final int weight;

  private Restrictions(final boolean inputBare, final boolean inputThresholds, final int weight) {
    this.inputBare = inputBare;
    this.inputThresholds = inputThresholds;
    this.weight = weight;
  }

  static Restrictions of(final List<Transformation> all) {
    final Map<Part, List<List<Selector>>> lists = new HashMap<>();
    final Restrictions restrictions =
        new Restrictions(
            all.contains(new UserInput(false)), all.contains(new UserInput(true)), weight(all));
    for (final Transformation transformation : all) {
      if (transformation instanceof Without without) {
        restrictions.add(without);
      } else if (transformation instanceof Parts parts) {
        lists.computeIfAbsent(parts.part(), part -> new ArrayList<>()).add(parts.selectors());
      }
    }
    lists.forEach((part, of) -> restrictions.choices.put(part.element(), new Choice(of)));
    return restrictions;
  }

  private void add(final Without without) {
    final String name = IgnoringCase.key(without.name());
    without
        .namespace()
        .ifPresentOrElse(
            ns -> inNamespaces.computeIfAbsent(name, n -> new HashSet<>()).add(ns),
            () -> anywhere.add(name));
  }

  private static int weight(final List<Transformation> all) {
    int weight = 0;
    for (final Transformation transformation : all) {
      weight += ENTRY;
      if (transformation instanceof Without without) {
        weight += 2 * (without.name().length() + without.namespace().map(String::length).orElse(0));
      } else if (transformation instanceof Parts parts) {
        for (final Selector selector : parts.selectors()) {
          weight += ENTRY + 2 * selector.value().length();
        }
      }
    }
    return weight;
  }

  /** About how many bytes of memory they take. */
  int weight() {
    return weight;
  }

  /** Whether the tuple, person or device stays; anything else does. */
  boolean grants(final XmlElement component) {
    final Choice choice = choices.get(IgnoringCase.key(component.localName()));
    return choice == null || choice.grants(component);
  }

  /** Whether an element does not stay wherever it is; {@code namespace} is the one it is in. */
  boolean hides(final XmlElement element, final Supplier<String> namespace) {
    final String name = IgnoringCase.key(element.localName());
    if (anywhere.contains(name)) {
      return true;
    }
    final Optional<Set<String>> namespaces = Optional.ofNullable(inNamespaces.get(name));
    return namespaces.isPresent() && namespaces.get().contains(namespace.get());
  }

  /** What stays of an element's attributes. */
  List<XmlElement.Attribute> attributes(final XmlElement element) {
    if (!(inputBare || inputThresholds) || !element.named("user-input")) {
      return element.attributes();
    }
    return element.attributes().stream()
        .filter(a -> !inputBare && a.localName().equals("idle-threshold"))
        .toList();
  }
}
