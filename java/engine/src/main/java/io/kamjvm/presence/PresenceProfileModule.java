// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.profile.UaProfilePackage;
import io.kamjvm.kamailio.ModuleContext;

/** Module {@code presence_profile}: brings package {@code ua-profile}. */
public final class PresenceProfileModule extends PackageModule {

  /** Registers the package. */
  public PresenceProfileModule(final ModuleContext context, final EventPackages packages) {
    super("presence_profile");
    packages.register(new UaProfilePackage(defaultExpires(context)));
  }
}
