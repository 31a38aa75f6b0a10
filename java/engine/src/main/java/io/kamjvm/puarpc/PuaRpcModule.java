// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puarpc;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.pua.Pua;
import java.util.Map;
import java.util.function.Supplier;

/** Module {@code pua_rpc}: the event-state client by command (spec pua 3). */
public final class PuaRpcModule implements KamailioModule {
  private final Map<String, RpcMethod> commands;

  /**
   * @param pua asked when a command comes
   */
  public PuaRpcModule(final ModuleContext context, final Supplier<Pua> pua) {
    final PublishCommand publish = new PublishCommand(context.timers(), pua);
    commands =
        Map.of(
            "pua.publish",
            publish::publishAndWait,
            "pua.send_publish",
            publish::publish,
            "pua.subscribe",
            new SubscribeCommand(pua)::call);
  }

  @Override
  public String name() {
    return "pua_rpc";
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return commands;
  }
}
