// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.rules.Condition.Period;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code validity} conditions (RFC 4745 section 7.3): pairs of {@code from} and {@code
 * until}. A pair that is incomplete or no time makes no rule valid. Times without zone are UTC.
 */
final class Periods {
  private static final int DATE = 10;

  private Periods() {}

  static List<Period> read(final XmlElement validity) {
    final List<Period> periods = new ArrayList<>();
    Optional<Instant> from = Optional.empty();
    for (final XmlNode child : validity.children()) {
      if (child instanceof XmlElement element && element.named("from")) {
        from = moment(element.text().strip());
      } else if (child instanceof XmlElement element && element.named("until")) {
        final Optional<Instant> until = moment(element.text().strip());
        if (from.isPresent() && until.isPresent()) {
          periods.add(new Period(from.get(), until.get()));
        }
        from = Optional.empty();
      }
    }
    return List.copyOf(periods);
  }

  private static Optional<Instant> moment(final String text) {
    if (text.length() <= DATE) {
      return Optional.empty();
    }
    final String time = text.substring(0, DATE) + "T" + text.substring(DATE + 1);
    try {
      final boolean zoned = time.substring(DATE).matches(".*([zZ]|[+-][0-9:]+)");
      return Optional.of(
          zoned
              ? OffsetDateTime.parse(time).toInstant()
              : LocalDateTime.parse(time).toInstant(ZoneOffset.UTC));
    } catch (final DateTimeException e) {
      return Optional.empty();
    }
  }
}
