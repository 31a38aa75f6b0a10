// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.bla.SharedLinePackage;
import io.kamjvm.eventpackage.pidf.PidfAuthority;
import io.kamjvm.eventpackage.pidf.PidfChecks;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import io.kamjvm.eventpackage.rules.PresenceRules;
import io.kamjvm.eventpackage.rules.XcapServers;
import io.kamjvm.eventpackage.winfo.WatcherinfoPackage;
import io.kamjvm.eventpackage.xcapdiff.XcapDiffPackage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import io.kamjvm.storage.XcapDocumentsFactory;
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
  private final XcapDocumentsFactory tables;
  private final PidfChecks checks = new PidfChecks();
  private final Optional<XcapParameters> xcap;
  private Optional<XcapDocuments> documents = Optional.empty();

  /** Package threads read it while the engine thread serves. */
  private volatile Optional<PresenceRules> rules = Optional.empty();

  /**
   * Reads the parameters and registers the packages.
   *
   * @param tables opens the table of rules
   * @throws ParameterException when a parameter stops the start
   */
  public PresenceXmlModule(
      final ModuleContext context,
      final PresenceModule presence,
      final EventPackages packages,
      final XcapDocumentsFactory tables) {
    this.presence = presence;
    this.tables = tables;
    final Parameters given = context.parameters();
    if (given.integer("passive_mode", 0) != 0) {
      this.xcap = Optional.empty();
      return;
    }
    this.xcap =
        given.integer("force_active", 0) == 0
            ? Optional.of(XcapParameters.read(given))
            : Optional.empty();
    register(given, packages, xcap.map(x -> authority(x, context)));
  }

  private PidfAuthority authority(final XcapParameters parameters, final ModuleContext context) {
    return new PidfAuthority(
        () -> rules.orElseThrow(() -> new IllegalStateException("the table is not open yet")),
        parameters.droppedReason(),
        context.clock()::epochSeconds);
  }

  private static void register(
      final Parameters given,
      final EventPackages packages,
      final Optional<PidfAuthority> authority) {
    final int expires = DefaultExpires.of(given, NAME, "default_expires");
    if (given.integer("disable_presence", 0) == 0) {
      packages.register(new PidfPackage(pidf(given, expires), authority));
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

  @Override
  public void open() throws StorageException {
    if (xcap.isEmpty()) {
      return;
    }
    final XcapParameters parameters = xcap.get();
    try {
      final XcapDocuments opened = tables.open(parameters.dbUrl(), parameters.table());
      documents = Optional.of(opened);
      rules =
          Optional.of(
              new PresenceRules(
                  opened,
                  parameters.servers().isEmpty()
                      ? PresenceRules.Elsewhere.NOWHERE
                      : new XcapServers(parameters.servers())));
    } catch (final StorageException e) {
      throw new StorageException("modparam(\"" + NAME + "\", \"db_url\"): " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    documents.ifPresent(XcapDocuments::close);
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
