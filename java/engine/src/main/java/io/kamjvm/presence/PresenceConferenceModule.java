// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.conference.ConferencePackage;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import java.util.List;

/** Module {@code presence_conference}: brings package {@code conference}. */
public final class PresenceConferenceModule extends PackageModule {

  /** Registers the package; {@code use_partial_states} has no effect, as upstream. */
  public PresenceConferenceModule(final ModuleContext context, final EventPackages packages) {
    super("presence_conference");
    packages.register(new ConferencePackage(defaultExpires(context)));
  }

  @Override
  public List<ModParam> params() {
    return List.of(ModParam.integer(DEFAULT_EXPIRES), ModParam.integer("use_partial_states"));
  }
}
