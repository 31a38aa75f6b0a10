// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.pidf;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.kamailio.ParameterException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartTest {
  private final World world = new World();

  @ParameterizedTest(name = "PRES-097 {0}={1} stops the start")
  @DisplayName("PRES-097 parameters that can not be worked with stop the start and are named")
  @CsvSource({
    "min_expires_action, 3, from 1 to 2",
    "min_expires_action, 0, from 1 to 2",
    "enable_dmq, 1, not available yet",
    "publ_cache, 7, out of range",
    "subs_db_mode, 9, out of range",
    "subs_db_mode, -1, out of range"
  })
  void pres097(final String name, final int value, final String why) {
    world.param(name, value);
    assertThatThrownBy(world::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("modparam(\"presence\", \"" + name + "\")")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @DisplayName("a value that is out of bounds for no good reason is put right, not refused")
  @CsvSource({
    "fetch_rows, 0",
    "cseq_offset, -1",
    "waitn_time, 0",
    "notifier_poll_rate, -3",
    "notifier_processes, -1",
    "subs_htable_size, 0",
    "pres_htable_size, 0",
    "max_expires, 0",
    "expires_offset, -5",
    "local_log_level, 99",
    "db_table_lock_type, 7"
  })
  void putRight(final String name, final int value) {
    world.param(name, value).start();
    assertThat(world.subscribe(subscribe()).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("PRES-097 an unknown log facility and a socket that is not ours stop the start")
  void pres097Texts() {
    assertThatThrownBy(new World().param("local_log_facility", "LOG_NOWHERE")::start)
        .hasMessageContaining("LOG_NOWHERE");
    assertThatThrownBy(new World().param("default_socket", "udp:198.51.100.1:5060")::start)
        .hasMessageContaining("udp:198.51.100.1:5060");
    new World().param("local_log_facility", "LOG_LOCAL3").start();
    new World().param("default_socket", "tcp:192.0.2.1:5060").start();
  }

  @Test
  @DisplayName("PRES-098 without db_url the start depends on what the cfg calls")
  void pres098() {
    final World calling = new World().without("db_url");
    calling.calledFunctions = Set.of("handle_subscribe");
    assertThatThrownBy(calling::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("db_url")
        .hasMessageContaining("handle_subscribe()");
    final World library = new World().without("db_url").start();
    assertThat(library.store.opened).isEmpty();
    assertThat(library.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(-1);
    assertThat(library.publish(publish().body("x")).returnCode()).isEqualTo(-1);
    assertThat(library.rpc("presence.cleanup").fault).isEqualTo(500);
    assertThat(library.rpc("presence.presentity_list").finished).isTrue();
  }

  @Test
  @DisplayName("PRES-099 publ_cache=2 and subs_db_mode=0 serve without a database")
  void pres099() {
    world.without("db_url").param("publ_cache", 2).param("subs_db_mode", 0).start();
    assertThat(world.store.opened).isEmpty();
    world.subscribe(subscribe());
    world.publish(publish().body(pidf("t1", "open")));
    assertThat(world.peers.last().body()).contains("open");
    assertThat(world.peers.last().state()).startsWith("active");
    world.advance(4000);
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
    assertThatThrownBy(new World().without("db_url").param("publ_cache", 2)::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("db_url");
  }

  @Test
  @DisplayName("PRES-101 the table names reach the store")
  void pres101() {
    world
        .param("presentity_table", "p1")
        .param("active_watchers_table", "a1")
        .param("watchers_table", "w1")
        .start();
    assertThat(world.store.opened.get(0).presentityTable()).isEqualTo("p1");
    assertThat(world.store.opened.get(0).activeWatchersTable()).isEqualTo("a1");
    assertThat(world.store.opened.get(0).watchersTable()).isEqualTo("w1");
    assertThatThrownBy(new World().param("presentity_table", "p; drop")::start)
        .hasMessageContaining("presentity_table");
  }

  @Test
  @DisplayName("values that upstream normalises are normalised")
  void normalised() {
    world.param("max_expires", 0).param("min_expires", 9000).param("expires_offset", -3).start();
    assertThat(world.publish(publish().body(pidf("t", "open"))).header("Expires"))
        .isEqualTo("3600");
    final World huge = new World().param("max_expires", -1).start();
    assertThat(huge.publish(publish().expires(86400).body(pidf("t", "o"))).header("Expires"))
        .isEqualTo("86400");
  }

  @Test
  @DisplayName("rules must come from somewhere: the table alone, or servers, too")
  void rulesFromSomewhere() {
    assertThatThrownBy(new World().param("presence_xml", "force_active", 0)::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("xcap_server");
    for (final String wrong :
        List.of("http://xcap.example", "xcap.example:0", "http://x:80/root")) {
      assertThatThrownBy(
              new World()
                      .param("presence_xml", "force_active", 0)
                      .param("presence_xml", "xcap_server", wrong)
                  ::start)
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining(wrong);
    }
    new World()
        .param("presence_xml", "force_active", 0)
        .param("presence_xml", "xcap_server", "http://127.0.0.1:9")
        .start();
    new World()
        .param("presence_xml", "force_active", 0)
        .param("presence_xml", "integrated_xcap_server", 1)
        .start();
    assertThatThrownBy(
            new World()
                    .param("presence_xml", "force_active", 0)
                    .param("presence_xml", "integrated_xcap_server", 1)
                    .param("presence_xml", "xcapauth_userdel_reason", "no reason")
                ::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("xcapauth_userdel_reason");
  }

  @Test
  @DisplayName("PKG-007 passive_mode: no packages, no table, no servers needed")
  void pkg007() {
    final World passive =
        new World()
            .param("presence_xml", "force_active", 0)
            .param("presence_xml", "passive_mode", 1)
            .start();
    assertThat(passive.subscribe(subscribe()).code()).isEqualTo(489);
    assertThat(passive.function("pres_check_basic", "sip:bob@d", "open")).isEqualTo(-1);
  }

  @Test
  @DisplayName("presence_xml registers what is not disabled")
  void packages() {
    world
        .param("presence_xml", "disable_xcapdiff", 1)
        .param("presence_xml", "disable_winfo", 1)
        .param("presence_xml", "disable_bla", 0)
        .start();
    assertThat(world.publish(publish().event("foo")).header("Allow-Events"))
        .isEqualTo("message-summary, dialog;sla, presence");
  }

  @Test
  @DisplayName("PRES-087 pres_has_subscribers tells packages apart")
  void pres087() {
    world.start();
    world.subscribe(subscribe());
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "presence")).isEqualTo(1);
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "message-summary"))
        .isEqualTo(-1);
    assertThat(world.function("pres_has_subscribers", "sip:carol@d", "presence")).isEqualTo(-1);
    assertThat(world.function("pres_has_subscribers", "sip:bob@d", "nothing")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PRES-088 pres_refresh_watchers type 1 tells watchers again, 2 needs documents")
  void pres088() {
    world.start();
    world.subscribe(subscribe());
    world.peers.take();
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1")).isEqualTo(1);
    assertThat(world.peers.take()).hasSize(1);
    assertThat(world.function("kemi:pres_refresh_watchers", "sip:bob@d", "presence", "1")).isZero();
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "2")).isEqualTo(-1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "presence", "1", "f", "n"))
        .isEqualTo(-1);
    assertThat(world.function("pres_refresh_watchers", "sip:bob@d", "foo", "1")).isEqualTo(-1);
  }

  @Test
  @DisplayName("pres_auth_status is active for everybody with force_active")
  void authStatus() {
    world.start();
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(1);
    assertThat(world.function("pres_auth_status", "", "sip:bob@d")).isEqualTo(-1);
    assertThat(world.function("pres_auth_status", "sip:alice@d", "")).isEqualTo(-1);
  }

  @Test
  @DisplayName("pres_check_basic and pres_check_activities look into the aggregate")
  void checks() {
    world.start();
    final String busy =
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
            + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
            + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:bob@d\">"
            + "<tuple id=\"t1\"><status><basic>open</basic></status></tuple><dm:person id=\"p\">"
            + "<rpid:activities><rpid:meeting/></rpid:activities></dm:person></presence>";
    assertThat(world.function("pres_check_basic", "sip:bob@d", "open")).isEqualTo(-1);
    world.publish(publish().body(busy));
    assertThat(world.function("pres_check_basic", "sip:bob@d", "open")).isEqualTo(1);
    assertThat(world.function("pres_check_basic", "sip:bob@d", "closed")).isEqualTo(-1);
    assertThat(world.function("pres_check_activities", "sip:bob@d", "meeting")).isEqualTo(1);
    assertThat(world.function("pres_check_activities", "sip:bob@d", "away")).isEqualTo(-1);
    world.publish(publish().target("sip:carol@d").body(pidf("t", "open")));
    assertThat(world.function("pres_check_activities", "sip:carol@d", "away")).isEqualTo(-2);
  }

  @Test
  @DisplayName("PRES-092 presence.cleanup ends what is due, with the terminating NOTIFY")
  void pres092() {
    world.param("db_update_period", 0).param("clean_period", 0).start();
    world.publish(publish().expires(50).body(pidf("t1", "open")));
    world.subscribe(subscribe().expires(100));
    world.peers.take();
    world.advance(200);
    assertThat(world.peers.take()).isEmpty();
    assertThat(world.rpc("presence.cleanup").strings).containsExactly("Reload OK");
    assertThat(world.peers.take())
        .extracting(Peers.Notify::state)
        .containsExactly("terminated;reason=timeout");
    assertThat(world.rpc("presence.presentity_list").structs).isEmpty();
  }

  @Test
  @DisplayName("PRES-096 presentity_list shows the documents, with these fields in this order")
  void pres096() {
    world.start();
    final String body = pidf("t1", "open");
    world.publish(publish().expires(600).body(body), "sip:x@h");
    final Map<String, Object> basic = world.rpc("presence.presentity_list").structs.get(0);
    assertThat(basic.keySet())
        .containsExactly("user", "domain", "event", "etag", "sender", "expires");
    assertThat(basic).containsEntry("sender", "sip:x@h");
    final Map<String, Object> full = world.rpc("presence.presentity_list", "full").structs.get(0);
    assertThat(full.keySet())
        .containsExactly(
            "user",
            "domain",
            "event",
            "etag",
            "sender",
            "expires",
            "received_time",
            "priority",
            "ruid",
            "body",
            "hashid");
    assertThat(full).containsEntry("body", body).containsEntry("expires", world.now() + 600);
  }

  @Test
  @DisplayName("a database that can not be opened stops the start and names the parameter")
  void unusableDatabase() {
    world.store.unusable = true;
    assertThatThrownBy(world::start)
        .hasStackTraceContaining("modparam(\"presence\", \"db_url\"): no such host");
  }

  @Test
  @DisplayName("the rehearsal leaves no trace")
  void rehearsal() {
    for (final int mode : new int[] {0, 1, 2}) {
      final World each = new World().param("subs_db_mode", mode).start();
      each.module("presence").warmUp();
      each.settle();
      assertThat(each.rpc("presence.presentity_list").structs).isEmpty();
      assertThat(each.store.publications).isEmpty();
      assertThat(each.store.subscriptions).isEmpty();
      assertThat(each.peers.notifies).isEmpty();
      assertThat(each.pendingTimers()).isZero();
    }
  }

  @Test
  @DisplayName("presentity_list is made in slices and complete")
  void longList() {
    world.start();
    for (int i = 0; i < 500; i++) {
      world.publish(publish().target("sip:u" + i + "@d").body(pidf("t", "open")));
    }
    assertThat(world.rpc("presence.presentity_list").structs).hasSize(500);
  }
}
