// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.pua.Pua;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Module {@code pua_reginfo}: registrations are published as {@code reg} events, and those of other
 * servers are taken over (spec pua 4).
 */
public final class PuaReginfoModule implements KamailioModule {
  private final Map<String, ScriptFunction> functions;
  private final MissedNotifies missed;

  /**
   * Reads the parameters and listens to the location table.
   *
   * @param pua asked when this module is open
   * @throws io.kamjvm.kamailio.ParameterException when one of them stops the start
   */
  public PuaReginfoModule(final ModuleContext context, final Supplier<Pua> pua) {
    final ReginfoParameters parameters = ReginfoParameters.read(context.parameters());
    final UserLocation location = context.kamailio().location();
    final LearnedContacts learned = new LearnedContacts(location);
    location.listen(learned);
    if (parameters.publishes()) {
      final RegistrationPublisher publisher =
          new RegistrationPublisher(parameters, location, pua, context.clock(), context.timers());
      location.listen(publisher);
      location.listen(
          new Reconciliation(location, pua, context.clock(), context.timers(), publisher));
    }
    missed = new MissedNotifies(pua);
    location.listen(missed);
    functions =
        Map.of(
            "reginfo_handle_notify",
            new NotifyHandler(location, context.clock(), learned),
            "reginfo_subscribe",
            new SubscribeFunction(parameters, pua),
            "reginfo_disable_publish",
            PuaReginfoModule::disablePublish);
  }

  private static void disablePublish(final Call call) {
    call.mark(ScriptMark.REGINFO_SILENT);
    call.answer(Answer.of(1));
  }

  @Override
  public void serve() {
    missed.begin();
  }

  @Override
  public String name() {
    return ReginfoParameters.MODULE;
  }

  @Override
  public List<ModParam> params() {
    return ReginfoParameters.accepted();
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return functions;
  }
}
