// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import io.kamjvm.harness.JsonRpc;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Kamailio with pua and pua_rpc on an embedded database, and a stub to publish to. */
final class PuaScene implements BeforeAllCallback, AfterAllCallback {
  static final String ROUTES =
      """
      request_route {
        if(is_method("NOTIFY")) {
          if(pua_update_contact()) {
            sl_send_reply("200", "Updated");
          } else {
            sl_send_reply("481", "Not ours");
          }
          exit;
        }
        sl_send_reply("404", "Not here");
      }
      event_route[tm:local-request] {
        append_hf("X-Local-Request: seen\\r\\n");
        if($rU == "dropped") {
          drop;
        }
      }
      """;

  private final UnaryOperator<KamailioConfig> change;
  private Path directory;
  private JsonRpc rpc;
  private KamailioProcess kamailio;
  private StubServer stub;
  private KamailioConfig config;

  PuaScene(final UnaryOperator<KamailioConfig> change) {
    this.change = change;
  }

  static KamailioConfig load(final KamailioConfig config, final Path directory) {
    return config
        .line("loadmodule \"pua.so\"")
        .line("loadmodule \"pua_rpc.so\"")
        .line("modparam(\"pua\", \"db_url\", \"h2://" + directory.resolve("pua") + "\")")
        .line("modparam(\"tm\", \"fr_timer\", 2000)");
  }

  @Override
  public void beforeAll(final ExtensionContext context) {
    Scene.requireModules();
    try {
      directory = Files.createTempDirectory("kampua");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    stub = new StubServer();
    rpc = new JsonRpc();
    config = change.apply(rpc.into(load(KamailioConfig.memoryOnly().script(ROUTES), directory)));
    kamailio = KamailioProcess.start(config);
  }

  @Override
  public void afterAll(final ExtensionContext context) throws IOException {
    if (kamailio != null) {
      kamailio.close();
    }
    if (rpc != null) {
      rpc.close();
    }
    if (stub != null) {
      stub.close();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Kamailio stops and starts again, on the same database. */
  void restart() {
    kamailio.close();
    kamailio = KamailioProcess.start(config);
  }

  /** Kamailio and its engine are killed, and started again on the same database. */
  void killAndRestart() {
    kamailio.kill9();
    kamailio.awaitNoneLeft(java.time.Duration.ofSeconds(20));
    kamailio = KamailioProcess.start(config);
  }

  KamailioProcess kamailio() {
    return kamailio;
  }

  StubServer stub() {
    return stub;
  }

  /** Publishes {@code pidf} by command; the answer as it came. */
  String publish(final String user, final int expires, final String id) {
    return rpc.call(
        "pua.publish",
        stub.uri(user),
        Integer.toString(expires),
        "presence",
        "application/pidf+xml",
        id,
        ".",
        ".",
        ".",
        pidf(user));
  }

  /** {@code pua.publish} with these arguments; a body that is empty is left out. */
  String order(
      final String user,
      final String expires,
      final String event,
      final String type,
      final String id,
      final String headers,
      final String body) {
    return body.isEmpty()
        ? rpc.call("pua.publish", stub.uri(user), expires, event, type, id, ".", ".", headers)
        : rpc.call(
            "pua.publish", stub.uri(user), expires, event, type, id, ".", ".", headers, body);
  }

  static String pidf(final String user) {
    return "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:"
        + user
        + "'>"
        + "<tuple id='t'><status><basic>open</basic></status></tuple></presence>";
  }

  String call(final String method, final Object... params) {
    return rpc.call(method, params);
  }
}
