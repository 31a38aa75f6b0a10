// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A group of presentities with a source of state of its own. Engine thread only. */
final class Pdomain {
  /** Hears of contacts that register here. */
  static final String REGISTRAR = "registrar";

  /** Hears what is injected. */
  static final String JABBER = "jabber";

  private final String name;
  private final Map<String, Presentity> presentities = new LinkedHashMap<>();

  Pdomain(final String name) {
    this.name = name;
  }

  /** Whether a domain of this name exists, whatever its letter case. */
  static Optional<String> canonical(final String name) {
    final String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals(REGISTRAR) || lower.equals(JABBER) ? Optional.of(lower) : Optional.empty();
  }

  String name() {
    return name;
  }

  Optional<Presentity> find(final String key) {
    return Optional.ofNullable(presentities.get(key));
  }

  void add(final Presentity presentity) {
    presentities.put(presentity.address().key(), presentity);
  }

  void remove(final Presentity presentity) {
    presentities.remove(presentity.address().key(), presentity);
  }

  /** All of them, in the order in which they came. */
  Collection<Presentity> presentities() {
    return presentities.values();
  }
}
