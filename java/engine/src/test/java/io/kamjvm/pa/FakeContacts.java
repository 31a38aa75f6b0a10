// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A registrar: who has registered, and who wants to know. */
final class FakeContacts implements ContactSource {
  private final PaWorld world;
  private final Map<String, Map<String, Contact>> contacts = new HashMap<>();
  private final Map<String, List<Consumer<List<Contact>>>> listeners = new HashMap<>();
  boolean silent;

  FakeContacts(final PaWorld world) {
    this.world = world;
  }

  @Override
  public Interest of(final PresentityAddress address, final Consumer<List<Contact>> listener) {
    listeners.computeIfAbsent(address.key(), k -> new ArrayList<>()).add(listener);
    if (!silent) {
      world.tasks.add(() -> listener.accept(now(address.key())));
    }
    return () -> listeners.get(address.key()).remove(listener);
  }

  private List<Contact> now(final String aor) {
    return List.copyOf(contacts.getOrDefault(aor, Map.of()).values());
  }

  /** A contact registers, or registers again. */
  void register(final String aor, final String id, final String uri, final long seconds) {
    contacts
        .computeIfAbsent(aor, k -> new LinkedHashMap<>())
        .put(id, new Contact(id, uri, world.now() + seconds));
    tell(aor);
  }

  /** It leaves, or its time is over. */
  void unregister(final String aor, final String id) {
    contacts.getOrDefault(aor, Map.of()).remove(id);
    tell(aor);
  }

  int interested() {
    return listeners.values().stream().mapToInt(List::size).sum();
  }

  void forget() {
    listeners.clear();
  }

  private void tell(final String aor) {
    List.copyOf(listeners.getOrDefault(aor, List.of())).forEach(l -> l.accept(now(aor)));
    world.settle();
  }
}
