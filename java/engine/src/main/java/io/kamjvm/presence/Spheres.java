// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.pidf.PidfDocument;
import java.util.List;
import java.util.Optional;

/**
 * The spheres that presentities say they are in (RFC 4480 section 3.11; spec presence 6.8). They
 * are read out of the documents themselves, so that all storage modes and a restart agree. Engine
 * thread only.
 */
final class Spheres {
  private final boolean watched;

  Spheres(final PresenceParameters parameters) {
    this.watched = parameters.watchSpheres();
  }

  /** Whether anybody looks ({@code enable_sphere_check}). */
  boolean watched() {
    return watched;
  }

  /**
   * The sphere that the newest document with one states.
   *
   * @return empty when {@code enable_sphere_check} is off
   */
  Optional<String> of(final Presentity presentity) {
    if (!watched) {
      return Optional.empty();
    }
    final List<Publication> publications = presentity.publications();
    for (int i = publications.size() - 1; i >= 0; i--) {
      if (publications.get(i).document() instanceof PidfDocument document
          && document.sphere().isPresent()) {
        return document.sphere();
      }
    }
    return Optional.empty();
  }

  /** Has rules applied anew when the sphere is no longer what it was. */
  void compare(
      final Presentity presentity,
      final Optional<String> before,
      final Authorization authorization) {
    if (watched && !of(presentity).equals(before)) {
      authorization.reevaluate(presentity);
    }
  }
}
