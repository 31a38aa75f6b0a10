// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A registrar with pua_reginfo, and a stub to which it publishes and subscribes. */
final class RegistrarScene implements BeforeAllCallback, AfterAllCallback {
  static final String DOMAIN = "home.invalid";

  /** INFO with X-Lookup: where a request would go; with X-Subscribe, X-Expires: the function. */
  static final String ROUTES =
      """
      request_route {
        if(is_method("REGISTER")) {
          #!ifdef WITH_SILENCE
          if(is_present_hf("X-Silent")) {
            reginfo_disable_publish();
          }
          #!endif
          save("location");
          exit;
        }
        if(is_method("NOTIFY")) {
          reginfo_handle_notify("location");
          sl_send_reply("299", "code $rc");
          exit;
        }
        if(is_present_hf("X-Lookup")) {
          if(lookup("location")) {
            append_to_reply("X-Target: $ru du=$du\\r\\n");
            sl_send_reply("200", "OK");
          } else {
            sl_send_reply("404", "Nowhere");
          }
          exit;
        }
        if(is_present_hf("X-Expires")) {
          $var(e) = $hdr(X-Expires);
          if($var(e) =~ "^[0-9]+$") {
            $var(e) = $(hdr(X-Expires){s.int});
          }
          reginfo_subscribe("$hdr(X-Subscribe)", "$var(e)");
          sl_send_reply("299", "code $rc");
          exit;
        }
        if(is_present_hf("X-Null")) {
          reginfo_subscribe("$hdr(X-Subscribe)", "$avp(nothing)");
          sl_send_reply("299", "code $rc");
          exit;
        }
        if(is_present_hf("X-Subscribe")) {
          reginfo_subscribe("$hdr(X-Subscribe)");
          sl_send_reply("299", "code $rc");
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      """;

  private final BiFunction<KamailioConfig, StubServer, KamailioConfig> change;
  private final ModuleSet modules;
  private final String script;
  private Path directory;
  private StubServer stub;
  private KamailioProcess kamailio;
  private KamailioConfig config;
  private RawSipPeer peer;

  RegistrarScene(final BiFunction<KamailioConfig, StubServer, KamailioConfig> change) {
    this(ModuleSet.selected(), ROUTES, change);
  }

  RegistrarScene(
      final ModuleSet modules,
      final String script,
      final BiFunction<KamailioConfig, StubServer, KamailioConfig> change) {
    this.modules = modules;
    this.script = script;
    this.change = change;
  }

  /** With pua_reginfo, which publishes at the stub. */
  static KamailioConfig publishing(final KamailioConfig config, final StubServer stub) {
    return withReginfo(config)
        .line("modparam(\"pua_reginfo\", \"default_domain\", \"" + DOMAIN + "\")")
        .line(
            "modparam(\"pua_reginfo\", \"outbound_proxy\", \"sip:127.0.0.1:" + stub.port() + "\")");
  }

  /** With pua_reginfo. */
  static KamailioConfig withReginfo(final KamailioConfig config) {
    return config
        .line("loadmodule \"pua_reginfo.so\"")
        .line("modparam(\"pua_reginfo\", \"server_address\", \"sip:reginfo@127.0.0.1\")");
  }

  /** The modules of a registrar with pua in memory; usrloc looks for the expired each second. */
  static KamailioConfig modules(final KamailioConfig config, final Path database) {
    final String url = SqliteDatabase.create(database).kamailioUrl();
    return config
        .line("loadmodule \"db_sqlite.so\"")
        .line("loadmodule \"usrloc.so\"")
        .line("loadmodule \"registrar.so\"")
        .line("loadmodule \"pua.so\"")
        .line("modparam(\"usrloc\", \"timer_interval\", 1)")
        .line("modparam(\"registrar\", \"min_expires\", 1)")
        .line("modparam(\"registrar\", \"received_avp\", \"$avp(s:rcv)\")")
        .line("modparam(\"pua\", \"db_url\", \"" + url + "\")")
        .line("modparam(\"pua\", \"update_period\", 10)")
        .line("modparam(\"tm\", \"fr_timer\", 2000)");
  }

  @Override
  public void beforeAll(final ExtensionContext context) {
    start();
  }

  void start() {
    Scene.requireModules();
    try {
      directory = Files.createTempDirectory("kamreg");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    stub = new StubServer();
    final KamailioConfig baseline = KamailioConfig.memoryOnly().script(script).modules(modules);
    if (modules == ModuleSet.OURS) {
      baseline.define("WITH_SILENCE");
    }
    config =
        change.apply(
            modules(baseline, directory.resolve("pua.db"))
                .line("modparam(\"registrar\", \"max_expires\", 3600)"),
            stub);
    kamailio = KamailioProcess.start(config);
    peer = RawSipPeer.udp(kamailio.port());
  }

  @Override
  public void afterAll(final ExtensionContext context) throws IOException {
    stop();
  }

  void stop() throws IOException {
    if (peer != null) {
      peer.close();
    }
    if (kamailio != null) {
      kamailio.close();
    }
    if (stub != null) {
      stub.close();
    }
    delete(directory);
  }

  static void delete(final Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Kamailio stops and starts again. */
  void restart() {
    peer.close();
    kamailio.close();
    kamailio = KamailioProcess.start(config);
    peer = RawSipPeer.udp(kamailio.port());
  }

  KamailioProcess kamailio() {
    return kamailio;
  }

  StubServer stub() {
    return stub;
  }

  RawSipPeer peer() {
    return peer;
  }

  /** Registers a contact; each Call-ID counts its own CSeq. */
  SipMessage register(
      final String user,
      final String contact,
      final int expires,
      final String callId,
      final int cseq) {
    return send(registration(user, contact, expires, callId, cseq));
  }

  RequestDraft registration(
      final String user,
      final String contact,
      final int expires,
      final String callId,
      final int cseq) {
    final String aor = "sip:" + user + "@" + DOMAIN;
    return peer.request("REGISTER", "sip:" + DOMAIN, aor)
        .with("To", "<" + aor + ">")
        .with("Call-ID", callId)
        .with("CSeq", cseq + " REGISTER")
        .header("Contact", "<" + contact + ">;expires=" + expires)
        .header("User-Agent", "TestUA 1");
  }

  SipMessage send(final RequestDraft draft) {
    final SipMessage reply = peer.exchange(draft);
    assertThat(reply.code()).as(reply.toString()).isLessThan(300);
    return reply;
  }

  /** What {@code reginfo_handle_notify} returns for this document. */
  int notify(final String document) {
    return notify(notification(document));
  }

  RequestDraft notification(final String document) {
    final String address = "sip:reginfo@127.0.0.1";
    return peer.request("NOTIFY", address, "sip:alice@" + DOMAIN)
        .with("To", "<" + address + ">;tag=ours")
        .header("Event", "reg")
        .header("Subscription-State", "active")
        .body("application/reginfo+xml", document);
  }

  int notify(final RequestDraft draft) {
    return code(peer.exchange(draft));
  }

  static int code(final SipMessage reply) {
    assertThat(reply.reason()).startsWith("code ");
    return Integer.parseInt(reply.reason().substring(5));
  }

  /** Where a request to this user would go; empty: nowhere. */
  Optional<String> lookup(final String user) {
    final String uri = "sip:" + user + "@" + DOMAIN;
    final SipMessage reply =
        peer.exchange(peer.request("INFO", uri, "sip:caller@" + DOMAIN).header("X-Lookup", "1"));
    return reply.header("X-Target");
  }

  void awaitLookup(final String user, final String part) {
    Await.until(
        user + " at " + part,
        Duration.ofSeconds(15),
        () -> lookup(user).filter(found -> found.contains(part)).isPresent());
  }

  void awaitNowhere(final String user) {
    Await.until(user + " nowhere", Duration.ofSeconds(15), () -> lookup(user).isEmpty());
  }

  /** Contacts that usrloc lists for a user. */
  List<String> contacts(final String aor) {
    return kamailio.kamcmd().run("ul.lookup", "location", aor).field("Address");
  }
}
