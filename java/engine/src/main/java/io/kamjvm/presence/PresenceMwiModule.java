// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.mwi.MessageSummaryPackage;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import java.util.List;
import java.util.Map;

/** Module {@code presence_mwi}: brings package {@code message-summary}. */
public final class PresenceMwiModule implements KamailioModule {
  private static final String NAME = "presence_mwi";
  private static final String DEFAULT_EXPIRES = "default_expires";

  /** Registers the package. */
  public PresenceMwiModule(final ModuleContext context, final EventPackages packages) {
    packages.register(
        new MessageSummaryPackage(DefaultExpires.of(context.parameters(), NAME, DEFAULT_EXPIRES)));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<ModParam> params() {
    return List.of(ModParam.integer(DEFAULT_EXPIRES));
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return Map.of();
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return Map.of();
  }
}
