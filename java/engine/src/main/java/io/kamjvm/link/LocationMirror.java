// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.kamailio.AorRule;
import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.ContactChange.Kind;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.UserLocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The location table as it was told: changes and lists of whole AORs, in the order in which they
 * hold. While the table is read, every AOR that is told of belongs to the running round; what does
 * not at the end of it has gone. Kept in parts, so that the end of a round can be taken in slices.
 */
final class LocationMirror implements UserLocation {
  static final int PARTS = 64;

  private record Key(String table, String aor) {}

  private static final class Aor {
    private List<RegisteredContact> contacts = List.of();
    private int round;
  }

  private final Optional<LocationSetup> setup;
  private final List<Map<Key, Aor>> parts = new ArrayList<>(PARTS);
  private final List<LocationListener> listeners = new ArrayList<>(2);
  private final List<RegisteredContact> listed = new ArrayList<>();
  private int round;
  private boolean complete;

  /**
   * @param setup empty: no module has bound usrloc
   */
  LocationMirror(final Optional<LocationSetup> setup) {
    this.setup = setup;
    this.complete = setup.filter(LocationSetup::databaseOnly).isPresent();
    for (int i = 0; i < PARTS; i++) {
      parts.add(new HashMap<>());
    }
  }

  @Override
  public boolean bound() {
    return setup.isPresent();
  }

  @Override
  public AorRule rule() {
    return setup.map(LocationSetup::rule).orElseGet(() -> new AorRule(false, false, ""));
  }

  @Override
  public boolean whole() {
    return setup.filter(LocationSetup::databaseOnly).isEmpty();
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public List<RegisteredContact> contacts(final String table, final String aor) {
    final Key key = new Key(table, aor);
    final Aor found = part(key).get(key);
    return found == null ? List.of() : found.contacts;
  }

  @Override
  public void forEach(final BiConsumer<String, String> consumer) {
    for (final Map<Key, Aor> part : parts) {
      List.copyOf(part.keySet()).forEach(key -> consumer.accept(key.table(), key.aor()));
    }
  }

  @Override
  public void listen(final LocationListener listener) {
    listeners.add(listener);
  }

  /** Whether Kamailio's processes are to tell of changes. */
  boolean wanted() {
    return bound() && !listeners.isEmpty();
  }

  private Map<Key, Aor> part(final Key key) {
    return parts.get((key.hashCode() * 0x9e3779b9 >>> 26) % PARTS);
  }

  /** Takes in what a process has said. */
  void said(final LocationCodec.Said said) {
    final Key key = new Key(said.table(), said.aor());
    if (said.kind().isPresent()) {
      said.contacts().forEach(contact -> changed(key, said, contact));
      return;
    }
    listed.addAll(said.contacts());
    if (!said.more()) {
      listed(key, List.copyOf(listed));
      listed.clear();
    }
  }

  private void changed(
      final Key key, final LocationCodec.Said said, final RegisteredContact contact) {
    final Kind kind = said.kind().orElseThrow();
    final List<RegisteredContact> now = new ArrayList<>(contacts(key.table(), key.aor()));
    final int at = indexOf(now, contact);
    if (kind.isEnd()) {
      if (at >= 0) {
        now.remove(at);
      }
    } else if (at >= 0) {
      now.set(at, contact);
    } else {
      now.add(contact);
    }
    put(key, now);
    tell(new ContactChange(kind, key.table(), key.aor(), contact, said.own(), said.scriptMarks()));
  }

  private static int indexOf(final List<RegisteredContact> all, final RegisteredContact one) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).ruid().equals(one.ruid())) {
        return i;
      }
    }
    return -1;
  }

  private void put(final Key key, final List<RegisteredContact> contacts) {
    if (contacts.isEmpty()) {
      part(key).remove(key);
      return;
    }
    final Aor aor = part(key).computeIfAbsent(key, k -> new Aor());
    aor.contacts = List.copyOf(contacts);
    aor.round = round;
  }

  private void listed(final Key key, final List<RegisteredContact> contacts) {
    final List<RegisteredContact> before = contacts(key.table(), key.aor());
    put(key, contacts);
    if (complete) {
      differences(key, before, contacts);
    }
  }

  /** Changes that were lost are told as if they had just happened. */
  private void differences(
      final Key key, final List<RegisteredContact> before, final List<RegisteredContact> now) {
    for (final RegisteredContact contact : now) {
      final int at = indexOf(before, contact);
      if (at < 0) {
        find(found(Kind.CREATED, key, contact));
      } else if (!before.get(at).equals(contact)) {
        find(found(Kind.REFRESHED, key, contact));
      }
    }
    for (final RegisteredContact contact : before) {
      if (indexOf(now, contact) < 0) {
        find(found(Kind.UNREGISTERED, key, contact));
      }
    }
  }

  private static ContactChange found(
      final Kind kind, final Key key, final RegisteredContact contact) {
    return new ContactChange(kind, key.table(), key.aor(), contact, false, Set.of());
  }

  /** The table is going to be read. */
  void begin() {
    round++;
  }

  /** One part, 0 to {@link #PARTS} - 1, of what was not told of in this round goes. */
  void sweep(final int part) {
    final List<Key> gone = new ArrayList<>();
    parts.get(part).forEach((key, aor) -> addIf(gone, key, aor.round != round));
    for (final Key key : gone) {
      final List<RegisteredContact> before = contacts(key.table(), key.aor());
      put(key, List.of());
      if (complete) {
        differences(key, before, List.of());
      }
    }
  }

  private static void addIf(final List<Key> keys, final Key key, final boolean condition) {
    if (condition) {
      keys.add(key);
    }
  }

  /** The table has been read. */
  void end() {
    complete = true;
    each(LocationListener::complete);
  }

  private void tell(final ContactChange change) {
    each(listener -> listener.changed(change));
  }

  private void find(final ContactChange change) {
    each(listener -> listener.found(change));
  }

  private void each(final Consumer<LocationListener> what) {
    for (final LocationListener listener : listeners) {
      what.accept(listener);
    }
  }
}
