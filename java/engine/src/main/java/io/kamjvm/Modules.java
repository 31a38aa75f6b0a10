// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.RecoveryLog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Which class stands behind which {@code loadmodule}. Each engine has its own. */
final class Modules {
  private final Map<String, Function<ModuleContext, KamailioModule>> makers;
  private final Consumer<String> packageLoader;

  /**
   * @param makers by module name; a module comes after those it builds on
   */
  Modules(final LinkedHashMap<String, Function<ModuleContext, KamailioModule>> makers) {
    this(makers, packageDir -> {});
  }

  private Modules(
      final LinkedHashMap<String, Function<ModuleContext, KamailioModule>> makers,
      final Consumer<String> packageLoader) {
    this.makers = new LinkedHashMap<>(makers);
    this.packageLoader = packageLoader;
  }

  /** Those of this build, for one engine: the packages and {@code presence} know each other. */
  static Modules standard(final RecoveryLog recovery) {
    final PresenceFamily family = new PresenceFamily(recovery);
    final LinkedHashMap<String, Function<ModuleContext, KamailioModule>> makers =
        new LinkedHashMap<>();
    makers.put("presence", family::presence);
    makers.put("presence_xml", family::presenceXml);
    makers.put("presence_mwi", family::presenceMwi);
    final PuaFamily clients = new PuaFamily(recovery);
    makers.put("pua", clients::pua);
    makers.put("pua_rpc", clients::puaRpc);
    makers.put("pua_reginfo", clients::puaReginfo);
    makers.put("pua_usrloc", clients::puaUsrloc);
    makers.put("mi_fifo", clients::miFifo);
    makers.put("pua_mi", clients::puaMi);
    makers.put("presence_dfks", context -> family.presenceDfks(clients.pua("presence_dfks")));
    makers.put("presence_dialoginfo", family::presenceDialoginfo);
    makers.put("presence_reginfo", family::presenceReginfo);
    makers.put("presence_conference", family::presenceConference);
    makers.put("presence_profile", family::presenceProfile);
    final B2bFamily watching = new B2bFamily(recovery, family);
    makers.put("presence_b2b", watching::presenceB2b);
    final PaFamily agents = new PaFamily(recovery, watching);
    makers.put("pa", agents::pa);
    return new Modules(makers, watching::loadPackages);
  }

  /** All names, a module after those it builds on. */
  List<String> names() {
    return List.copyOf(makers.keySet());
  }

  /** Loads event packages from jars, when all modules are made. */
  void loadPackages(final String packageDir) {
    packageLoader.accept(packageDir);
  }

  /** The Java side of one of {@link #names}. */
  KamailioModule make(final String name, final ModuleContext context) {
    return makers.get(name).apply(context);
  }
}
