// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the cfg says to one module, and whether the module understands it. */
public final class ModuleParameters implements Parameters {
  private final String module;
  private final List<KamailioConfig.Parameter> values;

  public ModuleParameters(final String module, final List<KamailioConfig.Parameter> values) {
    this.module = module;
    this.values = List.copyOf(values);
  }

  /**
   * Compares with what the module declares.
   *
   * @throws ParameterException naming the first one that is unknown or of the wrong type
   */
  public void check(final List<ModParam> declared) {
    for (final KamailioConfig.Parameter value : values) {
      final ModParam param =
          declared.stream()
              .filter(p -> p.name().equals(value.name()))
              .findFirst()
              .orElseThrow(() -> new ParameterException(module, value.name(), "no such parameter"));
      if (param.type() == ModParam.Type.INTEGER && value.number().isEmpty()) {
        throw new ParameterException(module, value.name(), "a number is needed, not a string");
      }
      if (param.type() == ModParam.Type.STRING && value.text().isEmpty()) {
        throw new ParameterException(module, value.name(), "a string is needed, not a number");
      }
    }
  }

  @Override
  public String module() {
    return module;
  }

  @Override
  public Optional<String> string(final String name) {
    return named(name).reduce((first, second) -> second).flatMap(KamailioConfig.Parameter::text);
  }

  @Override
  public List<String> strings(final String name) {
    return named(name).flatMap(p -> p.text().stream()).toList();
  }

  @Override
  public OptionalLong integer(final String name) {
    return named(name)
        .reduce((first, second) -> second)
        .map(KamailioConfig.Parameter::number)
        .orElse(OptionalLong.empty());
  }

  private Stream<KamailioConfig.Parameter> named(final String name) {
    return values.stream().filter(p -> p.name().equals(name));
  }
}
