// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.mififo.FifoDesk;
import io.kamjvm.mififo.MiCommands;
import io.kamjvm.mififo.MiFifoModule;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PuaModule;
import io.kamjvm.puami.PuaMiModule;
import io.kamjvm.puareginfo.PuaReginfoModule;
import io.kamjvm.puarpc.PuaRpcModule;
import io.kamjvm.puausrloc.PuaUsrlocModule;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.jdbc.JdbcStoreFactory;
import java.util.Optional;
import java.util.function.Supplier;

/** The event-state client and the modules in front of it. */
final class PuaFamily {
  private final RecoveryLog recovery;
  private final MiCommands commands = new MiCommands();
  private Optional<PuaModule> pua = Optional.empty();
  private Optional<FifoDesk> desk = Optional.empty();

  PuaFamily(final RecoveryLog recovery) {
    this.recovery = recovery;
  }

  KamailioModule pua(final ModuleContext context) {
    final PuaModule module =
        new PuaModule(context, new JdbcStoreFactory(context.engine()), recovery);
    pua = Optional.of(module);
    return module;
  }

  KamailioModule puaRpc(final ModuleContext context) {
    return new PuaRpcModule(context, client("pua_rpc")::pua);
  }

  KamailioModule puaReginfo(final ModuleContext context) {
    return new PuaReginfoModule(context, client("pua_reginfo")::pua);
  }

  KamailioModule puaUsrloc(final ModuleContext context) {
    final PuaModule client = client("pua_usrloc");
    return new PuaUsrlocModule(context, client::pua, client.functions().get("pua_update_contact"));
  }

  KamailioModule miFifo(final ModuleContext context) {
    return new MiFifoModule(desk(context));
  }

  KamailioModule puaMi(final ModuleContext context) {
    return new PuaMiModule(context, client("pua_mi")::pua, commands, desk(context));
  }

  private FifoDesk desk(final ModuleContext context) {
    final FifoDesk known =
        desk.orElseGet(() -> new FifoDesk(commands, context.timers(), context.facts().epoch()));
    desk = Optional.of(known);
    return known;
  }

  /** The client, for a module that needs it. */
  Supplier<Pua> pua(final String module) {
    return client(module)::pua;
  }

  private PuaModule client(final String module) {
    return pua.orElseThrow(
        () -> new IllegalStateException(module + ".so needs pua.so: load that, too"));
  }
}
