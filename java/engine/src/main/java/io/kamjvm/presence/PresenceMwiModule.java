// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.mwi.MessageSummaryPackage;
import io.kamjvm.kamailio.ModuleContext;

/** Module {@code presence_mwi}: brings package {@code message-summary}. */
public final class PresenceMwiModule extends PackageModule {

  /** Registers the package. */
  public PresenceMwiModule(final ModuleContext context, final EventPackages packages) {
    super("presence_mwi");
    packages.register(new MessageSummaryPackage(defaultExpires(context)));
  }
}
