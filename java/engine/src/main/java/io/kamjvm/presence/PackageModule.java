// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import java.util.List;
import java.util.Map;

/** A module that brings a package and has nothing of its own for scripts and operators. */
abstract class PackageModule implements KamailioModule {
  static final String DEFAULT_EXPIRES = "default_expires";

  private final String name;

  PackageModule(final String name) {
    this.name = name;
  }

  /**
   * Parameter {@code default_expires} of a module.
   *
   * @throws ParameterException when it is below 1
   */
  static int defaultExpires(final ModuleContext context) {
    final Parameters given = context.parameters();
    return DefaultExpires.of(given, given.module(), DEFAULT_EXPIRES);
  }

  /**
   * A parameter that is 0 or 1.
   *
   * @throws ParameterException when it is something else
   */
  static boolean strictSwitch(final ModuleContext context, final String parameter) {
    final Parameters given = context.parameters();
    final long value = given.integer(parameter, 0);
    if (value != 0 && value != 1) {
      throw new ParameterException(given.module(), parameter, value + " is neither 0 nor 1");
    }
    return value == 1;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public List<ModParam> params() {
    return List.of(ModParam.integer(DEFAULT_EXPIRES));
  }

  @Override
  public final Map<String, ScriptFunction> functions() {
    return Map.of();
  }

  @Override
  public final Map<String, RpcMethod> rpcs() {
    return Map.of();
  }
}
