// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ServerFacts;
import io.kamjvm.link.Functions;
import io.kamjvm.link.KamailioConfig;
import io.kamjvm.link.KamailioConfig.Parameter;
import io.kamjvm.link.Rehearsal;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.EngineClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a second presence server, in memory only, with a state of its own, serve watchers and
 * publishers that do not exist, and throws it away: so that the first real ones do not wait for
 * classes to be loaded. A fault in it is logged and costs nothing else.
 */
final class PresenceRehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceRehearsal.class);
  private static final int SUBSCRIBE = 1;
  private static final int PUBLISH = 2;
  private static final int ROUNDS = 5_000;
  private static final byte[] PIDF =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <presence xmlns="urn:ietf:params:xml:ns:pidf"
          xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
          xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:nobody@192.0.2.1">
        <tuple id="t1"><status><basic>open</basic></status><note>here</note></tuple>
        <dm:person id="p1"><rpid:activities><rpid:away/></rpid:activities></dm:person>
      </presence>
      """
          .getBytes(StandardCharsets.UTF_8);

  /** What makes each module serve from memory. */
  private static final Map<String, List<Parameter>> IN_MEMORY =
      Map.of(
          "presence", List.of(number("publ_cache", 2), number("subs_db_mode", 0)),
          "presence_xml", List.of(number("force_active", 1)));

  private final EngineClock clock;
  private final ServerFacts facts;

  PresenceRehearsal(final EngineClock clock, final ServerFacts facts) {
    this.clock = clock;
    this.facts = facts;
  }

  /** Plays for at most {@code millis}, if the cfg loads presence and its documents. */
  void run(final List<KamailioConfig.Module> loaded, final long millis) {
    if (!loaded.stream()
        .map(KamailioConfig.Module::name)
        .toList()
        .containsAll(IN_MEMORY.keySet())) {
      return;
    }
    try {
      play(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    } catch (final Exception e) {
      LOG.warn("the warm-up failed, the first calls may be slow", e);
    }
  }

  private void play(final long end) throws Exception {
    final Functions functions = new Functions();
    final Rehearsal rehearsal = new Rehearsal(clock, functions);
    final Map<String, KamailioModule> modules = modules(rehearsal);
    final KamailioModule presence = modules.get("presence");
    functions.script(SUBSCRIBE, "warm-up", presence.functions().get("handle_subscribe"));
    functions.script(PUBLISH, "warm-up", presence.functions().get("handle_publish"));
    for (final KamailioModule module : modules.values()) {
      module.open();
    }
    modules.values().forEach(KamailioModule::serve);
    int round = 0;
    int notifies = 0;
    while (round < ROUNDS && System.nanoTime() < end) {
      final int number = round;
      notifies += rehearsal.call(fields -> call(fields, SUBSCRIBE, "SUBSCRIBE", number));
      notifies += rehearsal.call(fields -> call(fields, PUBLISH, "PUBLISH", number));
      round++;
    }
    LOG.debug("{} rounds played, {} requests sent", round, notifies);
    modules.values().forEach(KamailioModule::close);
  }

  private Map<String, KamailioModule> modules(final Rehearsal rehearsal) {
    final List<KamailioConfig.Module> configs = new ArrayList<>();
    IN_MEMORY.forEach(
        (name, given) -> configs.add(new KamailioConfig.Module(name, given, List.of())));
    final Modules makers = Modules.standard(RecoveryLog.none());
    final LoadedModules.Surroundings surroundings =
        new LoadedModules.Surroundings(
            facts, rehearsal.kamailio(), clock, rehearsal.timers(), rehearsal, rehearsal);
    final Map<String, KamailioModule> modules = new LinkedHashMap<>();
    for (final String name : makers.names()) {
      configs.stream()
          .filter(config -> config.name().equals(name))
          .forEach(
              config ->
                  modules.put(
                      name, makers.make(name, LoadedModules.context(config, surroundings))));
    }
    return modules;
  }

  private static Parameter number(final String name, final long value) {
    return new Parameter(name, Optional.empty(), OptionalLong.of(value));
  }

  private static void call(
      final TlvWriter fields, final int function, final String method, final int number) {
    final String presentity = "sip:nobody" + number + "@192.0.2.1";
    fields.integer(T_FUNCTION, function);
    fields.string(T_REPLY_TO_TAG, "warmup-" + number);
    fields.integer(T_TRANSACTION, 1);
    final int message = fields.begin(T_MESSAGE);
    fields.string(T_METHOD, method);
    fields.string(T_RURI, presentity);
    fields.string(T_RURI_USER, "nobody" + number);
    fields.string(T_RURI_HOST, "192.0.2.1");
    fields.string(T_FROM_URI, "sip:watcher@192.0.2.1");
    fields.string(T_FROM_USER, "watcher");
    fields.string(T_FROM_HOST, "192.0.2.1");
    fields.string(T_FROM_TAG, "tag" + number);
    fields.string(T_TO_URI, presentity);
    fields.string(T_TO_USER, "nobody" + number);
    fields.string(T_TO_HOST, "192.0.2.1");
    fields.string(T_CALL_ID, method + number + "@192.0.2.7");
    fields.integer(T_CSEQ, 1);
    fields.string(T_CONTACT, "sip:watcher@192.0.2.7:5060");
    fields.string(T_EVENT, "presence");
    fields.string(T_EVENT_NAME, "presence");
    fields.string(T_EXPIRES, "600");
    if (function == PUBLISH) {
      fields.string(T_CONTENT_TYPE, "application/pidf+xml");
      fields.integer(T_CONTENT_LENGTH, PIDF.length);
      fields.bytes(T_BODY, PIDF);
    }
    fields.string(T_ACCEPT, "application/pidf+xml");
    fields.string(T_SOCKET, "udp:192.0.2.1:5060");
    fields.string(T_SOCKET_URI, "sip:192.0.2.1:5060");
    fields.string(T_PROTO, "udp");
    fields.string(T_SOURCE, "udp:192.0.2.7:5060");
    fields.end(message);
    fields.integer(T_DEPTH, 0);
  }
}
