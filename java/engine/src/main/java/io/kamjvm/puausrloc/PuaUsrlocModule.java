// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puausrloc;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.pua.Pua;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Module {@code pua_usrloc}: who registers is published as present. */
public final class PuaUsrlocModule implements KamailioModule {
  private static final String MODULE = "pua_usrloc";
  private static final int MOST_FLAG = 31;

  private final OptionalInt branchFlag;
  private final Map<String, ScriptFunction> functions;

  /**
   * Reads the parameters and listens to the location table.
   *
   * @param pua asked when this module is open
   * @param updateContact pua's function: KEMI scripts find both under one name
   * @throws ParameterException when one of them stops the start
   */
  public PuaUsrlocModule(
      final ModuleContext context, final Supplier<Pua> pua, final ScriptFunction updateContact) {
    final Parameters given = context.parameters();
    final String domain = given.string("default_domain").orElse("");
    if (domain.isEmpty()) {
      throw new ParameterException(MODULE, "default_domain", "is needed");
    }
    final long flag = given.integer("branch_flag", -1);
    if (flag < -1 || flag > MOST_FLAG) {
      throw new ParameterException(MODULE, "branch_flag", "is a number from 0 to " + MOST_FLAG);
    }
    branchFlag = flag < 0 ? OptionalInt.empty() : OptionalInt.of((int) flag);
    context
        .kamailio()
        .location()
        .listen(
            new ContactPublisher(
                domain,
                given.string("entity_prefix").orElse(""),
                branchFlag,
                pua,
                context.clock()));
    functions = Map.of("pua_set_publish", this::setPublish, "pua_update_contact", updateContact);
  }

  private void setPublish(final Call call) {
    call.mark(ScriptMark.PRESENCE_PUBLISHED);
    branchFlag.ifPresent(call::setBranchFlag);
    call.answer(Answer.of(1));
  }

  @Override
  public String name() {
    return MODULE;
  }

  @Override
  public List<ModParam> params() {
    return List.of(
        ModParam.string("default_domain"),
        ModParam.string("entity_prefix"),
        ModParam.integer("branch_flag"));
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return functions;
  }
}
