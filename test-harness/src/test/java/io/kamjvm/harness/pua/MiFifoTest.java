// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.SipMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** pua_mi over the FIFO of mi_fifo in a real Kamailio (spec pua 6, cases 66 to 89). */
class MiFifoTest {
  private static final Fifo FIFO = new Fifo();

  @RegisterExtension
  static final PuaScene SCENE =
      new PuaScene(
          config ->
              config
                  .line("loadmodule \"mi_fifo.so\"")
                  .line("loadmodule \"pua_mi.so\"")
                  .line("modparam(\"mi_fifo\", \"fifo_name\", \"" + FIFO.path() + "\")")
                  .line("modparam(\"mi_fifo\", \"reply_dir\", \"" + FIFO.replyDirectory() + "\")"));

  private static final Duration NOTHING = Duration.ofMillis(300);

  @AfterAll
  static void removeFifo() {
    FIFO.close();
  }

  @AfterEach
  void grantAgain() {
    SCENE.stub().reaction = SCENE.stub()::grant;
  }

  private static String someone(final String name) {
    return Scene.user(Scene.someone(name));
  }

  private static String seed(final String user) {
    return "<?xml version='1.0'?><presence xmlns='urn:ietf:params:xml:ns:pidf'"
        + " xmlns:dm='urn:ietf:params:xml:ns:pidf:data-model'"
        + " xmlns:rpid='urn:ietf:params:xml:ns:pidf:rpid'"
        + " xmlns:c='urn:ietf:params:xml:ns:pidf:cipid' entity='"
        + user
        + "@kamailio.org'><tuple id='0x81475a0'><status><basic>open</basic></status></tuple>"
        + "<dm:person id='pdd748945'><rpid:activities><rpid:away/>away</rpid:activities>"
        + "<dm:note>CPU:16 MEM:476</dm:note></dm:person></presence>";
  }

  private static String[] lines(final String user, final String expires, final String... body) {
    final String[] lines = new String[7 + body.length];
    lines[0] = SCENE.stub().uri(user);
    lines[1] = expires;
    lines[2] = "presence";
    lines[3] = "application/pidf+xml";
    lines[4] = ".";
    lines[5] = ".";
    lines[6] = ".";
    System.arraycopy(body, 0, lines, 7, body.length);
    return lines;
  }

  private static String publish(final String user, final String expires, final String... body) {
    return FIFO.command("pua_publish", lines(user, expires, body));
  }

  @Test
  @DisplayName("PUA-066 the manual's example publishes, and its answer comes on the reply FIFO")
  void pua066() {
    final String user = someone("system");
    assertThat(publish(user, "3600", seed(user)))
        .matches("200 OK\n200 OK\nETag:: e\\d+\nExpires:: 3601\n\n");
    final SipMessage publish = SCENE.stub().next(user);
    assertThat(publish.method()).isEqualTo("PUBLISH");
    assertThat(publish.required("Event")).isEqualTo("presence");
    assertThat(publish.required("Expires")).isEqualTo("3601");
    assertThat(publish.required("Content-Type")).isEqualTo("application/pidf+xml");
    assertThat(publish.header("SIP-If-Match")).isEmpty();
    assertThat(publish.body()).contains("CPU:16 MEM:476");
    publish(user, "3600", seed(user));
    assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
  }

  @Test
  @DisplayName(
      "PUA-067 PUA-068 the manual's example works as it is printed, dots and wrapped lines")
  void pua067pua068() {
    final String user = someone("printed");
    final String[] wrapped = seed(user).split("(?<=\\G.{80})");
    assertThat(wrapped.length).isGreaterThan(4);
    try (Fifo.Reply reply = FIFO.reply()) {
      FIFO.write(
          "...\n\n:pua_publish:"
              + reply.name()
              + "\n"
              + String.join("\n", lines(user, "3600", wrapped))
              + "\n\n");
      assertThat(reply.text()).startsWith("200 OK\n200 OK\nETag:: ");
    }
    assertThat(SCENE.stub().next(user).body())
        .contains("xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\"", "CPU:16 MEM:476");
  }

  @Test
  @DisplayName(
      "PUA-069 PUA-070 PUA-071 what the server says, that it says nothing, an unknown ETag")
  void pua069pua070pua071() {
    final String user = someone("refused");
    SCENE.stub().reaction = r -> StubServer.refusal(r, "403 Forbidden");
    assertThat(publish(user, "3600", seed(user))).isEqualTo("200 OK\n403 Forbidden\n\n");
    SCENE.stub().reaction = r -> Optional.empty();
    assertThat(publish(user, "3600", seed(user))).isEqualTo("200 OK\n408 Request Timeout\n\n");
    final String[] lines = lines(user, "3600", seed(user));
    lines[5] = "a.1.2.3";
    assertThat(FIFO.command("pua_publish", lines)).isEqualTo("418 Wrong ETag\n\n");
  }

  @Test
  @DisplayName("PUA-072 PUA-073 PUA-074 PUA-075 PUA-077 arguments that can not be taken")
  void pua072pua073pua074pua075pua077() {
    final String user = someone("wrong");
    final String uri = SCENE.stub().uri(user);
    final String failed = "500 command 'pua_publish' failed\n";
    assertThat(FIFO.command("pua_publish", uri, "3600", "presence")).isEqualTo(failed);
    assertThat(publish(user, "abc", seed(user))).isEqualTo(failed);
    assertThat(publish(user, "+5", seed(user))).isEqualTo(failed);
    assertThat(publish(user, "99999999999", seed(user))).isEqualTo(failed);
    final String[] lines = lines(user, "3600", seed(user));
    lines[2] = "foo";
    assertThat(FIFO.command("pua_publish", lines)).isEqualTo("400 Unknown event\n\n");
    lines[2] = "presence";
    lines[0] = "alice";
    assertThat(FIFO.command("pua_publish", lines)).isEqualTo("404 Bad presentity URI\n\n");
    lines[0] = "name::";
    assertThat(FIFO.command("pua_publish", lines)).isEqualTo("404 Empty presentity URI\n\n");
    final String[] bare = lines(user, "3600");
    bare[3] = "text/plain";
    assertThat(FIFO.command("pua_publish", bare)).isEqualTo("400 Body parameter is missing\n\n");
    assertThat(publish(user, "3600", "no document")).isEqualTo("500 MI/PUBLISH failed\n\n");
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
    assertThat(publish(user, "-1", seed(user))).startsWith("200 OK\n200 OK\n");
    assertThat(SCENE.stub().next(user).required("Expires")).isEqualTo("3601");
  }

  @Test
  @DisplayName("PUA-076 without type and body a known series is prolonged")
  void pua076() {
    final String user = someone("prolonged");
    publish(user, "600", seed(user));
    SCENE.stub().next(user);
    final String[] lines = lines(user, "700");
    lines[3] = ".";
    assertThat(FIFO.command("pua_publish", lines)).contains("Expires:: 701");
    final SipMessage refresh = SCENE.stub().next(user);
    assertThat(refresh.body()).isEmpty();
    assertThat(refresh.header("SIP-If-Match")).isPresent();
  }

  @Test
  @DisplayName("PUA-078 without publish_with_ob_proxy a line for the proxy is one too many")
  void pua078() {
    final String user = someone("excess");
    assertThat(publish(user, "600", ".", seed(user))).isEqualTo("400 Too many parameters\n\n");
  }

  @Test
  @DisplayName("PUA-079 PUA-080 quotes: loose ones are no arguments, escaped ones are in the body")
  void pua079pua080() {
    final String user = someone("quoted");
    final String quotes = seed(user).replace('\'', '"');
    assertThat(publish(user, "600", quotes))
        .isEqualTo("400 parse error in command 'pua_publish'\n");
    assertThat(publish(user, "600", "\"" + quotes.replace("\"", "\\\"") + "\""))
        .startsWith("200 OK\n200 OK\n");
    assertThat(SCENE.stub().next(user).body()).contains("id=\"0x81475a0\"");
  }

  @Test
  @DisplayName("PUA-081 PUA-082 PUA-086 empty lines between commands, unknown ones, CR LF")
  void pua081pua082pua086() {
    final String user = someone("several");
    try (Fifo.Reply one = FIFO.reply();
        Fifo.Reply two = FIFO.reply();
        Fifo.Reply three = FIFO.reply()) {
      final String crlf = String.join("\r\n", lines(user, "600", seed(user)));
      FIFO.write(
          "\n\n:which:"
              + one.name()
              + "\n\n\n\r\n\n:no_such:"
              + two.name()
              + "\r\n\r\n:pua_publish:"
              + three.name()
              + "\r\n"
              + crlf
              + "\r\n\r\n");
      assertThat(one.text()).isEqualTo("500 command 'which' not available\n");
      assertThat(two.text()).isEqualTo("500 command 'no_such' not available\n");
      assertThat(three.text()).startsWith("200 OK\n200 OK\n");
    }
  }

  @Test
  @DisplayName("PUA-083 PUA-084 an answer goes to a FIFO in its directory and nowhere else")
  void pua083pua084() throws IOException {
    final String user = someone("escape");
    final Path plain = Files.writeString(FIFO.inReplyDirectory("plain"), "untouched");
    final Path real = FIFO.inReplyDirectory("real");
    Fifo.make(real);
    Files.createSymbolicLink(FIFO.inReplyDirectory("link"), real);
    Files.createLink(FIFO.inReplyDirectory("hard"), FIFO.inReplyDirectory("real"));
    final String tail = "\n" + String.join("\n", lines(user, "600", seed(user))) + "\n\n";
    for (final String name : new String[] {"../x", "a.b", "a\\b", "/tmp/x"}) {
      FIFO.write(":pua_publish:" + name + tail);
    }
    assertThat(publish(someone("behind"), "600", seed(user))).startsWith("200 OK");
    assertThat(SCENE.stub().find(user, NOTHING)).as("executed").isEmpty();
    try (Fifo.Reply reader = FIFO.new Reply("real")) {
      for (final String name : new String[] {"plain", "link", "hard", "missing"}) {
        FIFO.write(":pua_publish:" + name + tail);
        SCENE.stub().next(user);
      }
      assertThat(publish(someone("behind"), "600", seed(user))).startsWith("200 OK");
      assertThat(reader.available()).isEmpty();
    }
    assertThat(plain).hasContent("untouched");
    assertThat(FIFO.inReplyDirectory("missing")).doesNotExist();
  }

  @Test
  @DisplayName("PUA-085 without the name of a reply FIFO the command is executed all the same")
  void pua085() {
    final String user = someone("mute");
    FIFO.write(":pua_publish:\n" + String.join("\n", lines(user, "600", seed(user))) + "\n\n");
    SCENE.stub().next(user);
  }

  @Test
  @DisplayName("PUA-087 pua_subscribe: accepted at once, refused, or not executed without a reader")
  void pua087() {
    final String user = someone("watched");
    final String uri = SCENE.stub().uri(user);
    final String watcher = "sip:watcher@127.0.0.1";
    assertThat(FIFO.command("pua_subscribe", uri, watcher, "presence", "600"))
        .isEqualTo("202 accepted\n\n");
    final SipMessage subscribe = SCENE.stub().next(user);
    assertThat(subscribe.method()).isEqualTo("SUBSCRIBE");
    assertThat(subscribe.required("Contact")).isEqualTo("<" + watcher + ">");
    assertThat(subscribe.required("Expires")).isEqualTo("610");
    final String failed = "500 command 'pua_subscribe' failed\n";
    assertThat(FIFO.command("pua_subscribe", uri, watcher, "presence")).isEqualTo(failed);
    assertThat(FIFO.command("pua_subscribe", uri, watcher, "presence", "1", "2")).isEqualTo(failed);
    assertThat(FIFO.command("pua_subscribe", uri, "bob", "presence", "1"))
        .isEqualTo("400 Bad uri\n\n");
    assertThat(FIFO.command("pua_subscribe", uri, watcher, "foo", "1"))
        .isEqualTo("400 Unknown event\n\n");
    final String other = someone("unread");
    Fifo.make(FIFO.inReplyDirectory("unread"));
    FIFO.write(
        ":pua_subscribe:unread\n"
            + SCENE.stub().uri(other)
            + "\n"
            + watcher
            + "\npresence\n600\n\n");
    assertThat(publish(someone("behind"), "600", seed(user))).startsWith("200 OK");
    assertThat(SCENE.stub().find(other, NOTHING)).isEmpty();
  }

  @Test
  @DisplayName("PUA-088 PUA-089 nothing to end: one answer; named arguments, IPv6 in quotes")
  void pua088pua089() {
    final String user = someone("nothing");
    assertThat(publish(user, "0", seed(user))).isEqualTo("202 Accepted\n\n");
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
    final String[] lines = lines(user, "expires::60", seed(user));
    assertThat(FIFO.command("pua_publish", lines)).contains("Expires:: 61");
    lines[0] = "sip:a@[::1]:9";
    assertThat(FIFO.command("pua_publish", lines)).isEqualTo("404 Bad presentity URI\n\n");
    lines[0] = "\"sip:a@[::1]:9\"";
    assertThat(FIFO.command("pua_publish", lines)).doesNotContain("404");
  }

  @Test
  @DisplayName("Extra headers of several lines in quotes arrive as headers; no other line gets in")
  void extraHeaders() {
    final String user = someone("headers");
    final String[] lines = lines(user, "600", seed(user));
    lines[6] = "\"X-A: 1\nX-B: \\\"2\\\"\"";
    assertThat(FIFO.command("pua_publish", lines)).startsWith("200 OK\n200 OK\n");
    final SipMessage publish = SCENE.stub().next(user);
    assertThat(publish.required("X-A")).isEqualTo("1");
    assertThat(publish.required("X-B")).isEqualTo("\"2\"");
    for (final String bad :
        new String[] {"\"X-A: 1\n \n\"", "no header", "Via: x", "X-\u0001: 1"}) {
      lines[6] = bad;
      assertThat(FIFO.command("pua_publish", lines)).isEqualTo("500 MI/PUBLISH failed\n\n");
    }
    assertThat(SCENE.stub().find(user, NOTHING)).isEmpty();
  }

  @Test
  @DisplayName("Garbage on the FIFO: nothing crashes, nothing is sent, the next command is served")
  void garbage() {
    final Random random = new Random(5);
    final byte[] noise = new byte[200_000];
    random.nextBytes(noise);
    FIFO.write(noise);
    FIFO.write("\n\n:" + "x".repeat(2_000) + ":y\n\n");
    FIFO.write("::\n\n:a\n\n:\n\n::x\n\n: :\n\n:pua_publish:\u0000\n\u0000\n\n\"\n\n");
    try (Fifo.Reply reply = FIFO.reply()) {
      FIFO.write(":pua_publish:" + reply.name() + "\n" + "line\n".repeat(40_000) + "\n");
      assertThat(reply.text()).isEqualTo("400 parse error in command 'pua_publish'\n");
    }
    final String user = someone("after");
    assertThat(publish(user, "600", seed(user))).startsWith("200 OK\n200 OK\n");
    SCENE.stub().next(user);
    // as does a value that is never closed, and many words where eight are wanted
    assertThat(publish(user, "600", "\"<never closed"))
        .isEqualTo("400 parse error in command 'pua_publish'\n");
    assertThat(publish(user, "600", "x\n".repeat(3_000) + "y"))
        .isEqualTo("400 Too many parameters\n\n");
  }

  @Test
  @DisplayName("A document of 60 kB on one line is published")
  void longBody() {
    final String user = someone("long");
    final String body = seed(user).replace("CPU:16", "c".repeat(60_000));
    // over UDP tm would not send it: the answer tells, whatever it is
    assertThat(publish(user, "600", body)).startsWith("200 OK\n");
  }

  @Test
  @DisplayName(
      "While there is no engine commands wait in the FIFO; the next engine carries them out")
  void engineDies() {
    final String user = someone("patient");
    publish(user, "600", seed(user));
    SCENE.stub().next(user);
    final long before = SCENE.kamailio().engine().orElseThrow();
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    try (Fifo.Reply first = FIFO.reply();
        Fifo.Reply second = FIFO.reply()) {
      for (final Fifo.Reply reply : new Fifo.Reply[] {first, second}) {
        FIFO.write(
            ":pua_publish:"
                + reply.name()
                + "\n"
                + String.join("\n", lines(user, "600", seed(user)))
                + "\n\n");
      }
      assertThat(first.text()).startsWith("200 OK\n200 OK\n");
      assertThat(second.text()).startsWith("200 OK\n200 OK\n");
    }
    assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
    Await.until(
        "another engine",
        Duration.ofSeconds(30),
        () -> SCENE.kamailio().engine().filter(pid -> pid != before).isPresent());
  }

  @Test
  @DisplayName("The FIFO has the mode asked for, 0660 by default, and goes with Kamailio")
  void life() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(FIFO.path())))
        .isEqualTo("rw-rw----");
    SCENE.restart();
    assertThat(FIFO.path()).exists();
    final String user = someone("restarted");
    assertThat(publish(user, "600", seed(user))).startsWith("200 OK\n200 OK\n");
    SCENE.kamailio().close();
    assertThat(FIFO.path()).doesNotExist();
    SCENE.restart();
  }

  @Test
  @DisplayName("The same commands by kamcmd and JSON-RPC: one series with those of the FIFO")
  void rpc() {
    final String user = someone("remote");
    publish(user, "600", seed(user));
    SCENE.stub().next(user);
    final String uri = SCENE.stub().uri(user);
    assertThat(
            SCENE
                .kamailio()
                .kamcmd()
                .run(
                    "pua_publish",
                    uri,
                    "s:3600",
                    "presence",
                    "application/pidf+xml",
                    ".",
                    ".",
                    ".",
                    seed(user))
                .text())
        .contains("Code: 200", "Reason: OK", "ETag: e", "Expires: 3601");
    assertThat(SCENE.stub().next(user).header("SIP-If-Match")).isPresent();
    assertThat(SCENE.call("pua_publish", uri, "x", "presence", ".", ".", ".", "."))
        .contains("expires is no number");
    assertThat(SCENE.call("pua_publish", uri, "1", "foo", ".", ".", ".", "."))
        .contains("400")
        .contains("Unknown event");
    assertThat(SCENE.call("pua_subscribe", uri, "sip:w@127.0.0.1", "presence", "600"))
        .contains("202")
        .contains("accepted");
    assertThat(SCENE.stub().next(user).method()).isEqualTo("SUBSCRIBE");
    SCENE.stub().reaction =
        r -> Optional.of(StubServer.reply(r, "100 Trying", java.util.List.of()));
    assertThat(SCENE.call("pua_publish", uri, "60", "presence", ".", ".", ".", "."))
        .containsAnyOf("408", "202");
  }
}
