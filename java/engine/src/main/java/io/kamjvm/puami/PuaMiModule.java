// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.mififo.FifoDesk;
import io.kamjvm.mififo.MiCommand;
import io.kamjvm.mififo.MiCommands;
import io.kamjvm.pua.Pua;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Module {@code pua_mi}: scripts publish and subscribe through a FIFO, or by RPC (spec pua 2). The
 * FIFO's parameters are the runtime's.
 */
public final class PuaMiModule implements KamailioModule {
  private static final String PUBLISH_WITH_OB_PROXY = "publish_with_ob_proxy";

  private final FifoDesk desk;
  private final Map<String, RpcMethod> rpcs;

  /**
   * Offers its commands.
   *
   * @param pua asked when a command comes
   * @param commands where those of the FIFO are found
   * @param desk the FIFO, which there may be without module mi_fifo
   */
  public PuaMiModule(
      final ModuleContext context,
      final Supplier<Pua> pua,
      final MiCommands commands,
      final FifoDesk desk) {
    this.desk = desk;
    final MiCommand publish =
        new MiPublish(pua, context.parameters().integer(PUBLISH_WITH_OB_PROXY, 0) != 0);
    final MiCommand subscribe = new MiSubscribe(pua);
    commands.add("pua_publish", publish);
    commands.add("pua_subscribe", subscribe);
    final Map<String, RpcMethod> offered = new HashMap<>(desk.methods());
    offered.put("pua_publish", new RpcFront(context.timers(), publish)::call);
    offered.put("pua_subscribe", new RpcFront(context.timers(), subscribe)::call);
    rpcs = Map.copyOf(offered);
  }

  @Override
  public String name() {
    return "pua_mi";
  }

  @Override
  public List<ModParam> params() {
    return List.of(ModParam.integer(PUBLISH_WITH_OB_PROXY));
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return rpcs;
  }

  @Override
  public void flush() {
    desk.stop();
  }
}
