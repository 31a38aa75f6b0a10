// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.bla.SharedLinePackage;
import io.kamjvm.eventpackage.pidf.PidfChecks;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import io.kamjvm.eventpackage.winfo.WatcherinfoPackage;
import io.kamjvm.eventpackage.xcapdiff.XcapDiffPackage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.sip.SipUri;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntBiFunction;

/**
 * Module {@code presence_xml} (spec event-packages 2): brings the packages of presence documents
 * and the functions that look into them.
 */
public final class PresenceXmlModule implements KamailioModule {
  private static final String NAME = "presence_xml";

  private final PresenceModule presence;
  private final PidfChecks checks = new PidfChecks();

  /**
   * Reads the parameters and registers the packages.
   *
   * @throws ParameterException when a parameter stops the start
   */
  public PresenceXmlModule(
      final ModuleContext context, final PresenceModule presence, final EventPackages packages) {
    this.presence = presence;
    final Parameters given = context.parameters();
    if (given.integer("passive_mode", 0) != 0) {
      return;
    }
    if (given.integer("force_active", 0) == 0) {
      throw new ParameterException(
          NAME,
          "force_active",
          "0 is not available yet, because authorisation rules are not; use force_active 1 if"
              + " every watcher may see everything");
    }
    register(given, packages);
  }

  private static void register(final Parameters given, final EventPackages packages) {
    final int expires = DefaultExpires.of(given, NAME, "default_expires");
    if (given.integer("disable_presence", 0) == 0) {
      packages.register(new PidfPackage(pidf(given, expires)));
    }
    if (given.integer("disable_winfo", 0) == 0) {
      packages.register(new WatcherinfoPackage("presence", expires));
    }
    if (given.integer("disable_bla", 1) == 0) {
      packages.register(new SharedLinePackage(expires));
    }
    if (given.integer("disable_xcapdiff", 0) == 0) {
      packages.register(new XcapDiffPackage(expires));
    }
  }

  private static PidfSettings pidf(final Parameters given, final int expires) {
    final String priorities =
        given.string("presence_single_body_priorities").orElse("Available|Ringing|On the Phone");
    final String element = given.string("presence_single_body_lookup_element").orElse("note");
    final boolean single = given.integer("force_presence_single_body", 0) != 0;
    return new PidfSettings(
        expires,
        given.integer("force_dummy_presence", 0) != 0,
        single ? Optional.of(new PidfSettings.SingleBody(priorities, element)) : Optional.empty());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<ModParam> params() {
    return List.of(
        ModParam.string("db_url"),
        ModParam.string("xcap_table"),
        ModParam.integer("force_active"),
        ModParam.integer("integrated_xcap_server"),
        ModParam.string("xcap_server"),
        ModParam.integer("disable_presence"),
        ModParam.integer("disable_winfo"),
        ModParam.integer("disable_bla"),
        ModParam.integer("disable_xcapdiff"),
        ModParam.integer("passive_mode"),
        ModParam.string("xcapauth_userdel_reason"),
        ModParam.integer("force_dummy_presence"),
        ModParam.integer("force_presence_single_body"),
        ModParam.string("presence_single_body_priorities"),
        ModParam.string("presence_single_body_lookup_element"),
        ModParam.integer("default_expires"));
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return Map.of(
        "pres_check_basic", call -> check(call, checks::basic),
        "pres_check_activities", call -> check(call, checks::activities));
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return Map.of();
  }

  private void check(final Call call, final ToIntBiFunction<byte[], String> question) {
    presence.afterReplies(() -> answer(call, question));
  }

  private void answer(final Call call, final ToIntBiFunction<byte[], String> question) {
    final Optional<SipUri> uri = call.arguments().stream().findFirst().flatMap(SipUri::parse);
    if (call.arguments().size() < 2 || uri.isEmpty()) {
      call.answer(Answer.of(-1));
      return;
    }
    presence.document(
        uri.get().presentity(),
        document ->
            call.answer(
                Answer.of(
                    document
                        .map(d -> question.applyAsInt(d, call.arguments().get(1)))
                        .orElse(-1))));
  }
}
