// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a test's cfg gives a module. A list is a parameter that is set several times.
 *
 * @param values String, Number or List of these by name; what is added later counts too
 */
public record GivenParameters(String module, Map<String, Object> values) implements Parameters {

  @Override
  public Optional<String> string(final String name) {
    final List<String> all = strings(name);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  @Override
  public List<String> strings(final String name) {
    final Object value = values.get(name);
    if (value instanceof List<?> list) {
      return list.stream().map(Object::toString).toList();
    }
    return Optional.ofNullable(value).map(Object::toString).stream().toList();
  }

  @Override
  public OptionalLong integer(final String name) {
    return values.get(name) instanceof Number n
        ? OptionalLong.of(n.longValue())
        : OptionalLong.empty();
  }
}
