// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All presentities that have documents or watchers. Engine thread only. */
final class Presentities {
  private final Map<PresentityKey, Presentity> presentities = new LinkedHashMap<>();
  private final DocumentPolicy policy;
  private final boolean ignoreCase;
  private final SharedText text = new SharedText();
  private final EventPackages packages;

  Presentities(
      final PresenceParameters parameters,
      final DocumentPolicy policy,
      final EventPackages packages) {
    this.policy = policy;
    this.packages = packages;
    this.ignoreCase = parameters.ignoreCase();
  }

  /** The presentity, made if need be; {@link #tidy} it when done. */
  Presentity obtain(final String uri, final EventPackage eventPackage) {
    return presentities.computeIfAbsent(
        key(uri, eventPackage),
        key ->
            new Presentity(
                key, uri, eventPackage, packages.external(eventPackage), policy, text, this::tidy));
  }

  Optional<Presentity> find(final String uri, final EventPackage eventPackage) {
    return Optional.ofNullable(presentities.get(key(uri, eventPackage)));
  }

  /** Forgets the presentity when nothing is known of it any more. */
  void tidy(final Presentity presentity) {
    if (presentity.unused()) {
      presentities.remove(presentity.key(), presentity);
    }
  }

  /** Those that exist now. */
  List<Presentity> all() {
    return new ArrayList<>(presentities.values());
  }

  /** Whether two URIs count as equal. */
  boolean sameUri(final String one, final String other) {
    return policy.sameUri(one, other);
  }

  /** What tells presentities apart. Any thread. */
  PresentityKey key(final String uri, final EventPackage eventPackage) {
    return new PresentityKey(ignoreCase ? uri.toLowerCase(Locale.ROOT) : uri, eventPackage.name());
  }
}
