// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A parsed {@code Event} header (RFC 6665 section 8.2.1): package name and parameters in header
 * order. Immutable.
 *
 * @param name the event type as received, e.g. {@code presence.winfo}
 * @param parameters its parameters, {@code id} included
 */
public record EventHeader(String name, List<Parameter> parameters) {

  /** A parameter; {@code value} is empty when it has none. */
  public record Parameter(String name, Optional<String> value) {}

  public EventHeader {
    parameters = List.copyOf(parameters);
  }

  /** The subscription identifier, the {@code id} parameter. */
  public Optional<String> id() {
    return parameters.stream()
        .filter(p -> p.name().equalsIgnoreCase("id"))
        .findFirst()
        .flatMap(Parameter::value);
  }

  /** The name in the form in which packages are compared. */
  public String canonicalName() {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@code name;param;param=value}, as in a configuration file or an RPC argument.
   *
   * @return empty when there is no name
   */
  public static Optional<EventHeader> parse(final String text) {
    final String[] parts = text.trim().split("\\s*;\\s*", -1);
    if (parts[0].isEmpty()) {
      return Optional.empty();
    }
    final List<Parameter> parameters = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      final int equals = parts[i].indexOf('=');
      if (equals > 0) {
        final String value = parts[i].substring(equals + 1).trim();
        parameters.add(new Parameter(parts[i].substring(0, equals).trim(), Optional.of(value)));
      } else if (!parts[i].isEmpty()) {
        parameters.add(new Parameter(parts[i], Optional.empty()));
      }
    }
    return Optional.of(new EventHeader(parts[0], parameters));
  }
}
