// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the cfg says about the documents of all presentities: their order, when they show, and
 * whether memory or the table is the truth about them.
 */
final class DocumentPolicy {
  private final Comparator<Publication> order;
  private final boolean remembered;
  private final boolean hideExpired;
  private final boolean ignoreCase;
  private final LongSupplier now;

  /**
   * @param now epoch seconds
   */
  DocumentPolicy(final PresenceParameters parameters, final LongSupplier now) {
    this.order = DocumentOrder.of(parameters).comparator();
    this.remembered = parameters.publCache() != PresenceParameters.PublCache.DATABASE;
    this.hideExpired = parameters.hideExpired();
    this.ignoreCase = parameters.ignoreCase();
    this.now = now;
  }

  /** Whether memory is the truth; else it holds working copies of what the table says. */
  boolean remembered() {
    return remembered;
  }

  /** Epoch seconds. */
  long now() {
    return now.getAsLong();
  }

  /** Where among the others, which are in order, a document belongs: behind its equals. */
  int place(final List<Publication> others, final Publication publication) {
    int place = others.size();
    while (place > 0 && order.compare(others.get(place - 1), publication) > 0) {
      place--;
    }
    return place;
  }

  /** Those that show in bodies ({@code startup_mode}); hard state always does (D-24). */
  List<Publication> shown(final List<Publication> publications) {
    final long time = now();
    return hideExpired
        ? publications.stream().filter(p -> p.departed() || !p.expired(time)).toList()
        : publications;
  }

  /** When the first of these stops to show, epoch seconds; never: {@link Long#MAX_VALUE}. */
  long nextExpiry(final List<Publication> shown) {
    if (!hideExpired) {
      return Long.MAX_VALUE;
    }
    return shown.stream()
        .filter(p -> !p.departed())
        .mapToLong(p -> p.row().expires())
        .filter(expires -> expires != Publication.HARD_STATE)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether two URIs count as equal ({@code sip_uri_match}). */
  boolean sameUri(final String one, final String other) {
    return ignoreCase ? one.equalsIgnoreCase(other) : one.equals(other);
  }
}
