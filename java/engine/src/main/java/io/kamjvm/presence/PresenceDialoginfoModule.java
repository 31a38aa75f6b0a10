// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.dialoginfo.DialogInfoSettings;
import io.kamjvm.eventpackage.dialoginfo.DialogPackage;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import java.util.List;

/** Module {@code presence_dialoginfo}: brings package {@code dialog}. */
public final class PresenceDialoginfoModule extends PackageModule {
  private static final String SINGLE = "force_single_dialog";
  private static final String DUMMY = "force_dummy_dialog";

  /** Registers the package. */
  public PresenceDialoginfoModule(final ModuleContext context, final EventPackages packages) {
    super("presence_dialoginfo");
    packages.register(
        new DialogPackage(
            new DialogInfoSettings(
                defaultExpires(context),
                context.parameters().integer(SINGLE, 0) != 0,
                context.parameters().integer(DUMMY, 0) != 0)));
  }

  @Override
  public List<ModParam> params() {
    return List.of(
        ModParam.integer(DEFAULT_EXPIRES), ModParam.integer(SINGLE), ModParam.integer(DUMMY));
  }
}
