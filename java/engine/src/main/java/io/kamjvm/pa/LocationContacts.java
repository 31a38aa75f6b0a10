// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.time.EngineClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Contacts out of usrloc. Engine thread only. */
final class LocationContacts implements ContactSource, LocationListener {
  private final UserLocation location;
  private final String table;
  private final EngineClock clock;
  private final Map<String, List<Consumer<List<Contact>>>> interested = new LinkedHashMap<>();

  /**
   * @param table usrloc's name of it
   */
  LocationContacts(final UserLocation location, final String table, final EngineClock clock) {
    this.location = location;
    this.table = table;
    this.clock = clock;
  }

  @Override
  public Interest of(final PresentityAddress address, final Consumer<List<Contact>> listener) {
    final Optional<String> key = location.rule().key(address.user(), address.host());
    if (!location.bound() || key.isEmpty()) {
      listener.accept(List.of());
      return () -> {};
    }
    interested.computeIfAbsent(key.get(), k -> new ArrayList<>()).add(listener);
    if (location.complete()) {
      listener.accept(contacts(key.get()));
    }
    return () -> forget(key.get(), listener);
  }

  private void forget(final String key, final Consumer<List<Contact>> listener) {
    interested.computeIfPresent(
        key,
        (k, listeners) -> {
          listeners.remove(listener);
          return listeners.isEmpty() ? null : listeners;
        });
  }

  private List<Contact> contacts(final String key) {
    return location.contacts(table, key).stream()
        .filter(c -> c.valid(clock.epochSeconds()))
        .map(c -> new Contact(c.ruid(), c.uri(), c.expires()))
        .toList();
  }

  @Override
  public void changed(final ContactChange change) {
    if (change.table().equals(table)) {
      tell(change.aor());
    }
  }

  @Override
  public void complete() {
    List.copyOf(interested.keySet()).forEach(this::tell);
  }

  private void tell(final String key) {
    final List<Consumer<List<Contact>>> listeners = interested.getOrDefault(key, List.of());
    if (!listeners.isEmpty()) {
      final List<Contact> now = contacts(key);
      List.copyOf(listeners).forEach(l -> l.accept(now));
    }
  }
}
