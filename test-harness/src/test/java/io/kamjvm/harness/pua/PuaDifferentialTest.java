// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.JsonRpc;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.db.SqliteDatabase;
import io.kamjvm.harness.sip.SipMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same commands to stock pua and pua_rpc and to ours, each with a stub server of its own: what
 * the servers get and what the commands answer must be the same, line by line, but where a
 * deviation is declared; and there it must show.
 */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class PuaDifferentialTest {
  private static final Duration LATE = Duration.ofSeconds(15);
  private static final Duration NOTHING = Duration.ofMillis(600);
  private static final Pattern HIDDEN =
      Pattern.compile(
          "tag=[^;\r\n ]+|branch=[^;\r\n ]+|127\\.0\\.0\\.1:\\d+|\\d+-\\d+@127\\.0\\.0\\.1");

  /** One Kamailio and its stub. */
  private static final class Side implements AutoCloseable {
    private final StubServer stub = new StubServer();
    private final JsonRpc rpc = new JsonRpc();
    private final KamailioProcess kamailio;
    private final List<String> told = new ArrayList<>();

    Side(final ModuleSet modules, final Path directory) {
      final SqliteDatabase database =
          SqliteDatabase.create(directory.resolve(modules == ModuleSet.OURS ? "ours" : "stock"));
      kamailio =
          KamailioProcess.start(
              rpc.into(
                  KamailioConfig.memoryOnly()
                      .modules(modules)
                      .line("loadmodule \"db_sqlite.so\"")
                      .line("loadmodule \"pua.so\"")
                      .line("loadmodule \"pua_rpc.so\"")
                      .line("modparam(\"pua\", \"db_url\", \"" + database.kamailioUrl() + "\")")
                      .line("modparam(\"pua\", \"update_period\", 10)")
                      .line("modparam(\"pua\", \"check_remote_contact\", 0)")
                      .line("modparam(\"pua\", \"dlginfo_increase_version\", 1)")
                      .line("modparam(\"tm\", \"fr_timer\", 2000)")));
    }

    void order(
        final String user,
        final String expires,
        final String event,
        final String type,
        final String id,
        final String etag,
        final String headers,
        final String body) {
      final List<Object> words =
          new ArrayList<>(List.of(stub.uri(user), expires, event, type, id, etag, ".", headers));
      if (!body.isEmpty()) {
        words.add(body);
      }
      call("pua.send_publish", words.toArray());
    }

    void open(final String user, final String expires, final String id) {
      order(user, expires, "presence", ".", id, ".", ".", PuaScene.pidf(user));
    }

    void subscribe(final String user, final int expires) {
      call("pua.subscribe", stub.uri(user), "sip:watcher@192.0.2.1", "presence", expires);
    }

    void call(final String method, final Object... words) {
      told.add("answer " + hide(rpc.call(method, words).replaceAll("\\s", "")));
    }

    /** The next request to the user as lines. */
    SipMessage hears(final String user) {
      final Optional<SipMessage> request = stub.find(user, LATE);
      request.ifPresentOrElse(r -> told.add(hide(r.toString())), () -> told.add("nothing came"));
      return request.orElseThrow(() -> new AssertionError("nothing came for " + user));
    }

    void hearsNothing(final String user) {
      told.add(stub.find(user, NOTHING).map(r -> hide(r.toString())).orElse("nothing"));
    }

    private static String hide(final String text) {
      return HIDDEN
          .matcher(text)
          .replaceAll("*")
          .replaceAll("(?m)^Call-ID: .*$", "Call-ID: *")
          .replaceAll("(?m)^User-Agent: .*$", "User-Agent: *")
          // with the encoding that a document has anyhow, or without
          .replaceAll("(?m)^Content-Length: .*$", "Content-Length: *")
          .replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\"?>");
    }

    @Override
    public void close() {
      kamailio.close();
      rpc.close();
      stub.close();
    }
  }

  /** What is done on each side. */
  private record Comparison(String title, String deviation, Consumer<Side> play) {}

  private static final List<Comparison> SCENES =
      List.of(
          new Comparison(
              "a series begins, goes on, is prolonged, ends, begins anew",
              "",
              s -> {
                s.open("series", "600", "an id");
                s.hears("series");
                s.open("series", "500", "an id");
                s.hears("series");
                s.order("series", "400", "presence", ".", ".", ".", ".", "");
                s.hears("series");
                s.open("series", "0", "an id");
                s.hears("series");
                s.open("series", "0", "an id");
                s.hearsNothing("series");
                s.open("series", "-1", "an id");
                s.hears("series");
              }),
          new Comparison(
              "types, extra headers and other events",
              "",
              s -> {
                s.order(
                    "types",
                    "600",
                    "presence",
                    "application/other+xml",
                    "x",
                    ".",
                    "X-A: 1\\r\\nX-B: 2\\r\\n",
                    PuaScene.pidf("types"));
                s.hears("types");
                s.order("types", "600", "message-summary", ".", "m", ".", ".", "a: b");
                s.hears("types");
                for (int i = 0; i < 2; i++) {
                  s.order(
                      "types",
                      "600",
                      "dialog",
                      ".",
                      "d",
                      ".",
                      ".",
                      "<dialog-info version='7' a='b'><dialog id='1'/></dialog-info>");
                  s.hears("types");
                }
              }),
          new Comparison(
              "reg documents: stock counts them if it counts those of dialog",
              "row \"reginfo_increase_version\"",
              s -> {
                s.order("reg", "600", "reg", ".", "r", ".", ".", "<reginfo  version='7'/>");
                s.hears("reg");
              }),
          new Comparison(
              "faults",
              "",
              s -> {
                s.order("faults", "600", "presence", ".", "x", "unknown", ".", "<a/>");
                s.order("faults", "600", "foo", ".", "x", ".", ".", "<a/>");
                s.order("faults", "6x0", "presence", ".", "x", ".", ".", "<a/>");
                s.order("faults", "600", "presence", "a/b", "x", ".", ".", "");
                s.call("pua.subscribe", "sip:a@b", "sip:w@b", "foo", 60);
                s.call("pua.cleanup");
                s.hearsNothing("faults");
              }),
          new Comparison(
              "the fault of an order that can not be carried out",
              "row \"fault 500 of an order that was refused\"",
              s -> s.order("bodiless", "600", "presence", ".", "x", ".", ".", "")),
          new Comparison(
              "too few arguments: stock tells a negative number of them",
              "row \"fault 400 of too few arguments\"",
              s -> s.call("pua.send_publish", "sip:a@b", "600", "presence", ".", ".", ".", ".")),
          new Comparison(
              "403 and 412: told to nobody, the series is gone",
              "",
              s -> {
                for (final String status : List.of("403 Forbidden", "412 Unknown")) {
                  final String user = "gone" + status.substring(0, 3);
                  s.open(user, "600", ".");
                  s.hears(user);
                  s.stub.reaction = r -> StubServer.refusal(r, status);
                  s.open(user, "600", ".");
                  s.hears(user);
                  s.hearsNothing(user);
                  s.stub.reaction = s.stub::grant;
                  s.open(user, "600", ".");
                  s.hears(user);
                }
              }),
          new Comparison(
              "silence: the series stays",
              "",
              s -> {
                s.open("silent", "600", ".");
                s.hears("silent");
                s.stub.reaction = r -> Optional.empty();
                s.open("silent", "600", ".");
                s.hears("silent");
                s.hearsNothing("silent");
                s.stub.reaction = s.stub::grant;
              }),
          new Comparison(
              "a refresh",
              "",
              s -> {
                s.stub.reaction = r -> Optional.of(s.stub.granting(r, 9, "short"));
                s.order("refresh", "-1", "presence", ".", ".", ".", "X-A: 1", PuaScene.pidf("r"));
                s.hears("refresh");
                s.hears("refresh");
                s.stub.reaction = s.stub::grant;
              }),
          new Comparison(
              "a subscription: initial, again, its end",
              "",
              s -> {
                s.stub.reaction =
                    r ->
                        Optional.of(
                            StubServer.reply(
                                r,
                                "200 OK",
                                List.of(
                                    "Expires: " + r.required("Expires"),
                                    "Contact: <" + s.stub.uri("moved") + ">",
                                    "Record-Route: <" + s.stub.uri("r2") + ";lr>",
                                    "Record-Route: <" + s.stub.uri("r1") + ";lr>")));
                s.subscribe("watched", 600);
                s.hears("watched");
                s.subscribe("watched", 700);
                s.hears("watched");
                s.subscribe("watched", 0);
                s.hears("watched");
                s.stub.reaction = s.stub::grant;
              }),
          new Comparison(
              "an un-SUBSCRIBE refused with 481",
              "D7",
              s -> {
                s.subscribe("leaving", 600);
                s.hears("leaving");
                s.stub.reaction = r -> StubServer.refusal(r, "481 Gone");
                s.subscribe("leaving", 0);
                s.hears("leaving");
                s.hearsNothing("leaving");
                s.stub.reaction = s.stub::grant;
              }));

  @Test
  @DisplayName("pua and pua_rpc: stock and ours say the same, but where it is declared")
  void sameAsStock(@TempDir final Path directory) {
    Scene.requireModules();
    final List<String> faults = new ArrayList<>();
    try (Side stock = new Side(ModuleSet.STOCK, directory);
        Side ours = new Side(ModuleSet.OURS, directory)) {
      for (final Comparison scene : SCENES) {
        for (final Side side : List.of(stock, ours)) {
          side.told.clear();
          scene.play().accept(side);
        }
        final boolean same = stock.told.equals(ours.told);
        if (same != scene.deviation().isEmpty()) {
          faults.add(
              scene.title()
                  + (same ? ": declared, but the same" : ": " + first(stock.told, ours.told)));
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  private static String first(final List<String> stock, final List<String> ours) {
    for (int i = 0; i < Math.max(stock.size(), ours.size()); i++) {
      final String one = i < stock.size() ? stock.get(i) : "";
      final String other = i < ours.size() ? ours.get(i) : "";
      if (!one.equals(other)) {
        return "\nstock:\n" + one + "\nours:\n" + other;
      }
    }
    return "";
  }
}
