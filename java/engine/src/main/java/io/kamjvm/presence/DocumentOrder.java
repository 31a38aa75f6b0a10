// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.storage.PublicationRow;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * The order of a presentity's documents ({@code retrieve_order}, {@code retrieve_order_by}); equals
 * stay in order of arrival.
 *
 * @param comparator the last in this order is the base of the aggregate
 * @param interpreted whether it is the order of the cfg; else the table alone knows that, and what
 *     arrives is in order
 */
record DocumentOrder(Comparator<Publication> comparator, boolean interpreted) {
  private static final Comparator<Publication> ARRIVAL =
      Comparator.comparingLong(Publication::order);

  /** The order that these parameters ask for. */
  static DocumentOrder of(final PresenceParameters parameters) {
    if (!parameters.byPriority()) {
      return by(Comparator.comparingLong(PublicationRow::receivedTime));
    }
    if (parameters.publCache() == PublCache.MEMORY) {
      return by(Comparator.comparingInt(PublicationRow::priority));
    }
    return parse(parameters.orderBy())
        .map(DocumentOrder::by)
        .orElseGet(() -> new DocumentOrder(ARRIVAL, false));
  }

  private static DocumentOrder by(final Comparator<PublicationRow> rows) {
    return new DocumentOrder(
        Comparator.comparing(Publication::row, rows).thenComparing(ARRIVAL), true);
  }

  /**
   * Reads an ORDER BY list of columns, each with ASC, DESC or neither.
   *
   * @return empty when it says more than that
   */
  static Optional<Comparator<PublicationRow>> parse(final String orderBy) {
    Comparator<PublicationRow> all = (one, other) -> 0;
    for (final String term : orderBy.split(",", -1)) {
      final String[] words = term.trim().split("\\s+");
      final Optional<Comparator<PublicationRow>> column = column(words[0]);
      if (column.isEmpty() || words.length > 2) {
        return Optional.empty();
      }
      final String direction = words.length == 2 ? words[1].toUpperCase(Locale.ROOT) : "ASC";
      if (!direction.equals("ASC") && !direction.equals("DESC")) {
        return Optional.empty();
      }
      all = all.thenComparing(direction.equals("ASC") ? column.get() : column.get().reversed());
    }
    return Optional.of(all);
  }

  private static Optional<Comparator<PublicationRow>> column(final String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "username" -> Optional.of(Comparator.comparing(PublicationRow::user));
      case "domain" -> Optional.of(Comparator.comparing(PublicationRow::domain));
      case "event" -> Optional.of(Comparator.comparing(PublicationRow::event));
      case "etag" -> Optional.of(Comparator.comparing(PublicationRow::etag));
      case "expires" -> Optional.of(Comparator.comparingLong(PublicationRow::expires));
      case "received_time" -> Optional.of(Comparator.comparingLong(PublicationRow::receivedTime));
      case "sender" -> Optional.of(Comparator.comparing(PublicationRow::sender));
      case "priority" -> Optional.of(Comparator.comparingInt(PublicationRow::priority));
      case "ruid" -> Optional.of(Comparator.comparing(PublicationRow::ruid));
      default -> Optional.empty();
    };
  }
}
