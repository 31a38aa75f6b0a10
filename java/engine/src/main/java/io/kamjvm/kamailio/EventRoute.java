// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event route of the cfg that a courier is to run. Immutable.
 *
 * @param name as behind {@code event_route}, without brackets; {@link ServerFacts#eventRoutes} says
 *     which there are
 * @param variables values by the names that the module's shim lists; what is missing is null there
 */
public record EventRoute(String name, Map<String, String> variables) {

  public EventRoute {
    variables = Map.copyOf(new LinkedHashMap<>(variables));
  }
}
