// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.reginfo.RegPackage;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import java.util.List;

/** Module {@code presence_reginfo}: brings package {@code reg}. */
public final class PresenceReginfoModule extends PackageModule {
  private static final String AGGREGATE = "aggregate_presentities";

  /**
   * Registers the package.
   *
   * @throws ParameterException when {@code aggregate_presentities} is neither 0 nor 1
   */
  public PresenceReginfoModule(final ModuleContext context, final EventPackages packages) {
    super("presence_reginfo");
    packages.register(new RegPackage(defaultExpires(context), strictSwitch(context, AGGREGATE)));
  }

  @Override
  public List<ModParam> params() {
    return List.of(ModParam.integer(DEFAULT_EXPIRES), ModParam.integer(AGGREGATE));
  }
}
