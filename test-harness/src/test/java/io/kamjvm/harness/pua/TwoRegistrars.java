// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.FreePort;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Registrar A, which publishes to its own presence, and registrar B, which subscribes there and
 * keeps its location table equal. All datagrams between the two go through relays. Location tables
 * are in memory: a restart empties them.
 */
final class TwoRegistrars implements BeforeAllCallback, AfterAllCallback {
  static final String DOMAIN = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String A_ROUTES =
      """
      request_route {
        if(is_method("REGISTER")) {
          save("location");
          exit;
        }
        if(is_method("PUBLISH|SUBSCRIBE")) {
          t_newtran();
          if(is_method("PUBLISH")) {
            handle_publish();
          } else {
            handle_subscribe();
          }
          t_release();
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      """;

  private static final String B_ROUTES =
      """
      request_route {
        if(is_method("REGISTER")) {
          save("location");
          exit;
        }
        if(is_method("NOTIFY")) {
          if(reginfo_handle_notify("location")) {
            sl_send_reply("202", "Accepted");
          } else {
            sl_send_reply("500", "Not taken over");
          }
          exit;
        }
        if(is_present_hf("X-Subscribe")) {
          reginfo_subscribe("$hdr(X-Subscribe)", "900");
          sl_send_reply("200", "OK");
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      """;

  private final int portA = FreePort.udpAndTcp();
  private final int portB = FreePort.udpAndTcp();
  private Path directory;
  SipPeer watchers;
  LossyRelay toA;
  LossyRelay toB;
  KamailioProcess a;
  KamailioProcess b;
  private KamailioConfig configA;
  private KamailioConfig configB;
  private RawSipPeer phone;
  private RawSipPeer operator;
  private final Set<String> subscribed = new TreeSet<>();

  @Override
  public void beforeAll(final ExtensionContext context) {
    Scene.requireModules();
    try {
      directory = Files.createTempDirectory("kamtwo");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    toA = new LossyRelay(1, () -> portA);
    toB = new LossyRelay(2, () -> portB);
    configA =
        modules(
                KamailioConfig.on("h2://" + directory.resolve("presence"))
                    .presence("server_address", "sip:presence@127.0.0.1:" + toA.port())
                    .script(A_ROUTES),
                "a")
            .line("loadmodule \"presence_reginfo.so\"")
            .line("modparam(\"pua_reginfo\", \"server_address\", \"sip:a@127.0.0.1\")")
            .line(
                "modparam(\"pua_reginfo\", \"outbound_proxy\", \"sip:127.0.0.1:"
                    + portA
                    + ";transport=tcp\")");
    configB = configB();
    a = KamailioProcess.start(configA, portA);
    b = KamailioProcess.start(configB, portB);
    phone = RawSipPeer.udp(portA);
    operator = RawSipPeer.udp(portB);
    watchers = SipPeer.towards(portA);
  }

  private KamailioConfig configB() {
    // of two workers that write to SQLite at once one fails, in the stock driver: it waits for no
    // lock
    return modules(KamailioConfig.memoryOnly().workers(1).script(B_ROUTES), "b")
        .line("modparam(\"pua\", \"check_remote_contact\", 0)")
        .line(
            "modparam(\"pua_reginfo\", \"server_address\", \"sip:b@127.0.0.1:" + toB.port() + "\")")
        .line(
            "modparam(\"pua_reginfo\", \"outbound_proxy\", \"sip:127.0.0.1:" + toA.port() + "\")");
  }

  private KamailioConfig modules(final KamailioConfig config, final String name) {
    return RegistrarScene.modules(config, directory.resolve(name + ".db"))
        .line("loadmodule \"pua_reginfo.so\"")
        .line("modparam(\"tm\", \"fr_timer\", 5000)")
        .line("modparam(\"pua_reginfo\", \"default_domain\", \"" + DOMAIN + "\")");
  }

  @Override
  public void afterAll(final ExtensionContext context) throws IOException {
    for (final AutoCloseable each :
        new AutoCloseable[] {phone, operator, watchers, b, a, toA, toB}) {
      if (each != null) {
        try {
          each.close();
        } catch (final IOException e) {
          throw e;
        } catch (final Exception e) {
          throw new IOException(e);
        }
      }
    }
    RegistrarScene.delete(directory);
  }

  String aor(final String user) {
    return "sip:" + user + "@" + DOMAIN;
  }

  /** Registers at A. */
  void register(final String user, final String contact, final int expires, final int cseq) {
    final SipMessage reply =
        phone.exchange(
            phone
                .request("REGISTER", "sip:" + DOMAIN, aor(user))
                .with("To", "<" + aor(user) + ">")
                .with("Call-ID", contact)
                .with("CSeq", cseq + " REGISTER")
                .header("Contact", "<" + contact + ">;expires=" + expires));
    assertThat(reply.code()).isEqualTo(200);
  }

  /** What B is to know: A's bindings of the users to whose registrations it has subscribed. */
  private Set<String> mirrored() {
    final Set<String> bindings = new TreeSet<>(table(a));
    bindings.removeIf(binding -> !subscribed.contains(binding.substring(0, binding.indexOf(' '))));
    return bindings;
  }

  /** B subscribes to the user's registrations, or again. */
  void subscribe(final String user) {
    subscribed.add(user);
    operator.exchange(
        operator
            .request("INFO", "sip:b@127.0.0.1", "sip:op@127.0.0.1")
            .header("X-Subscribe", aor(user)));
  }

  /** All bindings: AOR and address. */
  static Set<String> table(final KamailioProcess kamailio) {
    final Kamcmd.Output dump = kamailio.kamcmd().run("ul.dump");
    final Set<String> bindings = new TreeSet<>();
    String aor = "";
    for (final String line : dump.text().lines().map(String::strip).toList()) {
      if (line.startsWith("AoR: ")) {
        aor = line.substring(5);
      } else if (line.startsWith("Address: ")) {
        bindings.add(aor + " " + line.substring(9));
      }
    }
    return bindings;
  }

  /** Both tables hold the same. */
  void awaitEqual(final String what) {
    awaitEqual(what, () -> {});
  }

  /** As {@link #awaitEqual(String)}, while something is done every other second. */
  void awaitEqual(final String what, final Runnable meanwhile) {
    final long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Await.holdsWithin(Duration.ofSeconds(2), () -> mirrored().equals(table(b)))) {
      assertThat(System.nanoTime())
          .as("%s: A has %s, B has %s", what, table(a), table(b))
          .isLessThan(deadline);
      meanwhile.run();
    }
  }

  void awaitAtB(final String what, final List<String> bindings) {
    Await.until(
        what,
        PATIENCE,
        () -> table(b).equals(new TreeSet<>(bindings)) && mirrored().equals(table(b)));
  }

  void killEngine(final KamailioProcess kamailio) {
    final long before = kamailio.engine().orElseThrow();
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    Await.until(
        "another engine",
        Duration.ofSeconds(30),
        () -> kamailio.engine().filter(pid -> pid != before).isPresent());
  }

  void restartA() {
    a.close();
    a = KamailioProcess.start(configA, portA);
  }

  /** A is killed with its engine. */
  void killA() {
    a.kill9();
    a.awaitNoneLeft(Duration.ofSeconds(20));
    a = KamailioProcess.start(configA, portA);
  }

  /** From its next start on B has its location table in a database. */
  void keepTableOfB() {
    final String url =
        SqliteDatabase.create(directory.resolve("location.db")).with("usrloc").kamailioUrl();
    configB
        .line("modparam(\"usrloc\", \"db_mode\", 1)")
        .line("modparam(\"usrloc\", \"db_url\", \"" + url + "\")");
  }

  /** B stops in good order, and starts again. */
  void restartBInOrder(final Runnable meanwhile) {
    b.close();
    meanwhile.run();
    b = KamailioProcess.start(configB, portB);
  }

  void restartB() {
    b.kill9();
    b.awaitNoneLeft(Duration.ofSeconds(20));
    b = KamailioProcess.start(configB, portB);
  }
}
