// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.dfks.PresenceDfksModule;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.EventPackages;
import io.kamjvm.presence.PresenceConferenceModule;
import io.kamjvm.presence.PresenceDialoginfoModule;
import io.kamjvm.presence.PresenceModule;
import io.kamjvm.presence.PresenceMwiModule;
import io.kamjvm.presence.PresenceProfileModule;
import io.kamjvm.presence.PresenceReginfoModule;
import io.kamjvm.presence.PresenceXmlModule;
import io.kamjvm.pua.Pua;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.jdbc.JdbcStoreFactory;
import io.kamjvm.storage.jdbc.JdbcXcapDocumentsFactory;
import java.util.Optional;
import java.util.function.Supplier;

/** The presence server and the modules that bring packages to it. */
final class PresenceFamily {
  private final EventPackages packages = new EventPackages(new PackageThreadPools());
  private final RecoveryLog recovery;
  private Optional<PresenceModule> presence = Optional.empty();

  PresenceFamily(final RecoveryLog recovery) {
    this.recovery = recovery;
  }

  KamailioModule presence(final ModuleContext context) {
    final PresenceModule module =
        new PresenceModule(context, new JdbcStoreFactory(context.engine()), packages, recovery);
    presence = Optional.of(module);
    return module;
  }

  KamailioModule presenceXml(final ModuleContext context) {
    return new PresenceXmlModule(
        context, server("presence_xml"), packages, new JdbcXcapDocumentsFactory());
  }

  KamailioModule presenceMwi(final ModuleContext context) {
    server("presence_mwi");
    return new PresenceMwiModule(context, packages);
  }

  KamailioModule presenceDialoginfo(final ModuleContext context) {
    server("presence_dialoginfo");
    return new PresenceDialoginfoModule(context, packages);
  }

  KamailioModule presenceReginfo(final ModuleContext context) {
    server("presence_reginfo");
    return new PresenceReginfoModule(context, packages);
  }

  KamailioModule presenceConference(final ModuleContext context) {
    server("presence_conference");
    return new PresenceConferenceModule(context, packages);
  }

  KamailioModule presenceProfile(final ModuleContext context) {
    server("presence_profile");
    return new PresenceProfileModule(context, packages);
  }

  /** The server, if the cfg loads it. */
  Optional<PresenceModule> server() {
    return presence;
  }

  /** Packages that are not those of a module. */
  EventPackages packages() {
    return packages;
  }

  /**
   * A module that publishes through the client.
   *
   * @param pua the client, asked when it is needed
   */
  KamailioModule presenceDfks(final Supplier<Pua> pua) {
    server("presence_dfks");
    return new PresenceDfksModule(packages, pua);
  }

  private PresenceModule server(final String module) {
    return presence.orElseThrow(
        () -> new IllegalStateException(module + ".so needs presence.so: load that, too"));
  }
}
