// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.UserLocation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which AORs have bindings that were learned from which subscription. The ruid of a learned binding
 * tells: so it is known after a restart, too, wherever usrloc keeps its table.
 */
final class LearnedContacts implements LocationListener {
  private static final String PREFIX = "regi-";

  private final UserLocation location;
  private final Map<String, Set<Aor>> aors = new HashMap<>();

  LearnedContacts(final UserLocation location) {
    this.location = location;
  }

  /**
   * The beginning of the ruids of what a subscription teaches. A dialog that is made anew between
   * the same two is the same subscription.
   *
   * @param presentity From of its NOTIFYs
   * @param watcher their To
   */
  static String ruidPrefix(final String presentity, final String watcher) {
    return PREFIX + String.format("%08x", (presentity + "\n" + watcher).hashCode()) + "-";
  }

  /** Whether a binding was learned, not registered here. */
  static boolean isLearned(final RegisteredContact contact) {
    return contact.ruid().startsWith(PREFIX);
  }

  private static Optional<String> prefixOf(final RegisteredContact contact) {
    final int end = contact.ruid().indexOf('-', PREFIX.length());
    return isLearned(contact) && end > 0
        ? Optional.of(contact.ruid().substring(0, end + 1))
        : Optional.empty();
  }

  /** The AORs that have bindings whose ruid begins like this. */
  Set<Aor> taughtBy(final String ruidPrefix) {
    return Set.copyOf(aors.getOrDefault(ruidPrefix, Set.of()));
  }

  /** The bindings of an AOR that were learned so. */
  List<RegisteredContact> learned(final Aor aor, final String ruidPrefix) {
    return location.contacts(aor.table(), aor.key()).stream()
        .filter(c -> c.ruid().startsWith(ruidPrefix))
        .toList();
  }

  @Override
  public void changed(final ContactChange change) {
    final Aor aor = new Aor(change.table(), change.aor());
    prefixOf(change.contact())
        .ifPresent(
            prefix -> {
              if (!change.kind().isEnd()) {
                aors.computeIfAbsent(prefix, p -> new HashSet<>()).add(aor);
              } else if (learned(aor, prefix).isEmpty()) {
                forget(prefix, aor);
              }
            });
  }

  private void forget(final String prefix, final Aor aor) {
    aors.computeIfPresent(
        prefix,
        (p, all) -> {
          all.remove(aor);
          return all.isEmpty() ? null : all;
        });
  }

  @Override
  public void complete() {
    location.forEach(
        (table, key) -> {
          final Aor aor = new Aor(table, key);
          for (final RegisteredContact contact : location.contacts(table, key)) {
            prefixOf(contact)
                .ifPresent(prefix -> aors.computeIfAbsent(prefix, p -> new HashSet<>()).add(aor));
          }
        });
  }
}
