// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.EventPackages;
import io.kamjvm.presence.PresenceModule;
import io.kamjvm.presence.PresenceMwiModule;
import io.kamjvm.presence.PresenceXmlModule;
import io.kamjvm.storage.jdbc.JdbcStoreFactory;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Which class stands behind which {@code loadmodule}. */
final class Modules {
  private final Map<String, Function<ModuleContext, KamailioModule>> makers;

  Modules(final Map<String, Function<ModuleContext, KamailioModule>> makers) {
    this.makers = Map.copyOf(makers);
  }

  /** Those of this build, for one engine: the packages and {@code presence} know each other. */
  static Modules standard() {
    final EventPackages packages = new EventPackages();
    final AtomicReference<PresenceModule> presence = new AtomicReference<>();
    return new Modules(
        Map.of(
            "presence",
            context -> {
              presence.set(
                  new PresenceModule(context, new JdbcStoreFactory(context.engine()), packages));
              return presence.get();
            },
            "presence_xml",
            context -> new PresenceXmlModule(context, needed(presence, context), packages),
            "presence_mwi",
            context -> {
              needed(presence, context);
              return new PresenceMwiModule(context, packages);
            }));
  }

  private static PresenceModule needed(
      final AtomicReference<PresenceModule> presence, final ModuleContext context) {
    return Optional.ofNullable(presence.get())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "module "
                        + context.parameters().module()
                        + " needs presence: put loadmodule \"presence.so\" before it"));
  }

  /** The Java side of a module; empty when there is none. */
  Optional<KamailioModule> make(final String name, final ModuleContext context) {
    return Optional.ofNullable(makers.get(name)).map(maker -> maker.apply(context));
  }
}
