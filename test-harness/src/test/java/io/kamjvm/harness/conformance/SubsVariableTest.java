// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static io.kamjvm.harness.Scene.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** $subs(...), every attribute in each of the places where it is set. */
class SubsVariableTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final List<String> ATTRIBUTES =
      List.of(
          "uri",
          "pres_uri",
          "to_user",
          "to_domain",
          "from_user",
          "from_domain",
          "watcher_username",
          "watcher_domain",
          "event",
          "event_id",
          "to_tag",
          "from_tag",
          "callid",
          "remote_cseq",
          "local_cseq",
          "contact",
          "local_contact",
          "record_route",
          "expires",
          "status",
          "reason",
          "version",
          "flags",
          "user_agent",
          "sockinfo");

  private static KamailioConfig script(final KamailioConfig config) {
    final String all =
        ATTRIBUTES.stream()
            .map(name -> "|" + name + "=$subs(" + name + ")")
            .collect(Collectors.joining());
    return config.script(
        """
        request_route {
          if(is_method("OPTIONS")) {
            sl_send_reply("200", "OK");
            exit;
          }
          if(is_method("INFO")) {
            xlog("L_NOTICE", "AT unrelated $ciALL\\n");
            sl_send_reply("200", "OK");
            exit;
          }
          setbflag(3);
          t_newtran();
          if(is_method("PUBLISH")) {
            handle_publish();
            xlog("L_NOTICE", "AT publish $ciALL\\n");
          } else {
            handle_subscribe("sip:seen-as@watchers.example.org");
            xlog("L_NOTICE", "AT subscribe $ciALL|number=$(subs(remote_cseq){s.int})|\\n");
          }
          t_release();
        }
        event_route[tm:local-request] {
          xlog("L_NOTICE", "AT request $ciALL|sent=$cs|\\n");
        }
        event_route[presence:notify-reply] {
          xlog("L_NOTICE", "AT reply $ciALL|sent=$cs|\\n");
        }
        """
            .replace("ALL", all));
  }

  private static Map<String, String> at(
      final Scene scene, final String place, final String callId) {
    return at(scene, place, callId, 0);
  }

  private static Map<String, String> at(
      final Scene scene, final String place, final String callId, final long mark) {
    final String line =
        scene.kamailio().log().await("AT " + place + " " + callId + "\\|", mark, LIMIT);
    final Map<String, String> values = new LinkedHashMap<>();
    for (final String part : line.substring(line.indexOf('|') + 1).split("\\|")) {
      final int equals = part.indexOf('=');
      values.put(part.substring(0, equals), part.substring(equals + 1));
    }
    return values;
  }

  @Nested
  class Shown {
    @RegisterExtension
    static final Scene SCENE =
        Scene.inMemory(config -> script(config).workers(1).presence("max_expires", 900));

    private Map<String, String> expected(
        final Watch alice, final String watcher, final String bob) {
      final Map<String, String> values = new LinkedHashMap<>();
      values.put("uri", bob);
      values.put("pres_uri", bob);
      values.put("to_user", user(bob));
      values.put("to_domain", "example.org");
      values.put("from_user", user(watcher));
      values.put("from_domain", "example.org");
      values.put("watcher_username", "seen-as");
      values.put("watcher_domain", "watchers.example.org");
      values.put("event", "presence");
      values.put("event_id", "");
      values.put("to_tag", alice.remoteTag());
      values.put("from_tag", alice.fromTag());
      values.put("callid", alice.callId());
      values.put("remote_cseq", "1");
      values.put("contact", alice.contact());
      values.put("local_contact", "sip:127.0.0.1:" + SCENE.kamailio().port() + ";transport=udp");
      values.put("record_route", "<sip:127.0.0.1:" + SCENE.peer().port() + ";lr;x=1>");
      values.put("expires", "900");
      values.put("status", "1");
      values.put("reason", "");
      values.put("flags", "8");
      values.put("user_agent", "phone/1");
      values.put("sockinfo", "udp:127.0.0.1:" + SCENE.kamailio().port());
      return values;
    }

    @Test
    @DisplayName("PRES-100 after handle_subscribe, in tm:local-request and in notify-reply")
    void pres100() {
      final String bob = someone("bob");
      final String watcher = someone("alice");
      final Watch alice =
          SCENE
              .peer()
              .watch(watcher, bob)
              .header("User-Agent", "phone/1")
              .header("Record-Route", "<sip:127.0.0.1:" + SCENE.peer().port() + ";lr;x=1>");
      assertThat(alice.subscribe(3000).code()).isEqualTo(200);
      final Notify first = alice.next();
      final Map<String, String> expected = expected(alice, watcher, bob);
      final Map<String, String> subscribe = at(SCENE, "subscribe", alice.callId());
      assertThat(subscribe).containsAllEntriesOf(expected).containsEntry("number", "1");
      for (final String place : List.of("request", "reply")) {
        final Map<String, String> values = at(SCENE, place, alice.callId());
        assertThat(values).as(place).containsAllEntriesOf(expected);
        assertThat(values.get("sent")).isEqualTo(Long.toString(first.cseq()));
        assertThat(Long.parseLong(values.get("local_cseq"))).isEqualTo(first.cseq() - 1);
        assertThat(Long.parseLong(values.get("version"))).isNotNegative();
      }

      final long mark = SCENE.kamailio().log().mark();
      SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "news"));
      final Notify second = alice.next();
      for (final String place : List.of("request", "reply")) {
        final Map<String, String> values = at(SCENE, place, alice.callId(), mark);
        final long remaining = Long.parseLong(values.get("expires"));
        assertThat(remaining).as(place).isBetween(850L, 900L);
        expected.put("expires", values.get("expires"));
        assertThat(values).as(place).containsAllEntriesOf(expected);
        assertThat(values.get("sent")).isEqualTo(Long.toString(second.cseq()));
        assertThat(Long.parseLong(values.get("local_cseq"))).isEqualTo(second.cseq() - 1);
      }
    }

    @Test
    @DisplayName("PRES-100 the NOTIFY that ends a subscription shows 0 seconds")
    void pres100Terminated() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      alice.start();
      at(SCENE, "reply", alice.callId());
      final long mark = SCENE.kamailio().log().mark();
      assertThat(alice.subscribe(0).code()).isEqualTo(200);
      alice.next();
      assertThat(at(SCENE, "subscribe", alice.callId(), mark))
          .containsEntry("expires", "0")
          .containsEntry("remote_cseq", "2");
      for (final String place : List.of("request", "reply")) {
        assertThat(at(SCENE, place, alice.callId(), mark)).containsEntry("expires", "0");
      }
    }

    @Test
    @Deviation("shows the last subscription that the process has handled, D-50")
    @DisplayName("it is null in requests that have nothing to do with the subscription")
    void unrelated() {
      final String bob = someone("bob");
      SCENE.peer().watch(someone("alice"), bob).start();
      final RequestDraft info = SCENE.peer().request(Transport.UDP, "INFO", bob, someone("asker"));
      assertThat(SCENE.peer().send(info).code()).isEqualTo(200);
      final RequestDraft publish = SCENE.peer().publisher(bob).draft();
      SCENE
          .peer()
          .send(publish.body(Documents.PIDF, Documents.pidf(bob, "t", "open", "unrelated")));
      for (final String each : ATTRIBUTES) {
        assertThat(at(SCENE, "unrelated", info.value("Call-ID"))).containsEntry(each, "<null>");
        assertThat(at(SCENE, "publish", publish.value("Call-ID"))).containsEntry(each, "<null>");
      }
    }
  }

  @Nested
  class Hidden {
    @RegisterExtension
    static final Scene SCENE =
        Scene.inMemory(config -> script(config).presence("pres_subs_mode", 0));

    @Test
    @DisplayName("PRES-100 pres_subs_mode=0: null everywhere")
    void pres100() {
      final Watch alice = SCENE.peer().watch(someone("alice"), someone("bob"));
      alice.start();
      for (final String place : List.of("subscribe", "request", "reply")) {
        assertThat(at(SCENE, place, alice.callId()))
            .as(place)
            .containsEntry("callid", "<null>")
            .containsEntry("expires", "<null>")
            .containsEntry("status", "<null>");
      }
    }
  }
}
