// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaStartTest {

  private static void refuses(final PaWorld world, final String parameter) {
    assertThatThrownBy(world::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("\"" + parameter + "\"");
  }

  private static PaWorld with(final String name, final Object value) {
    return new PaWorld().param(name, value);
  }

  @Test
  @DisplayName("PAB-001 The manual's parameters with the manual's values; use_db follows db_url")
  void pab001Manual() {
    final PaWorld world =
        with("default_expires", 3600)
            .param("default_priority_percentage", 50)
            .param("db_url", "mysql:ser:heslo@localhost/ser")
            .param("pa_domain", "ser.example.com")
            .start();
    assertThat(world.module().mayDefer()).contains("handle_publish");
    assertThat(with("db_url", "h2://x").param("use_db", 0).start().module().mayDefer()).isEmpty();
  }

  @Test
  @DisplayName("PAB-004 default_priority_percentage 150, default_expires 0: no start")
  void pab004Ranges() {
    refuses(with("default_priority_percentage", 150), "default_priority_percentage");
    refuses(with("default_priority_percentage", -1), "default_priority_percentage");
    refuses(with("default_expires", 0), "default_expires");
    refuses(with("timer_interval", 0), "timer_interval");
  }

  @Test
  @DisplayName("PAB-005 use_db without db_url, and what else needs one: no start")
  void pab005Database() {
    refuses(with("use_db", 1), "use_db");
    refuses(with("use_offline_winfo", 1), "use_offline_winfo");
    refuses(with("auth", "xcap"), "auth");
    with("auth", "xcap").param("xcap_root", "http://xcap.example.com/root/").start();
    refuses(with("xcap_root", "ftp://x"), "xcap_root");
  }

  @Test
  @DisplayName("PAB-006 registrar without usrloc: no start; jabber alone needs none")
  void pab006Usrloc() {
    assertThatThrownBy(() -> new PaWorld().without(".usrloc").start())
        .hasMessageContaining("usrloc");
    new PaWorld().without(".usrloc").param(".domain", "jabber").start();
    new PaWorld().without(".usrloc").param("use_callbacks", 0).start();
  }

  @Test
  @DisplayName("PAB-008 auth: an unknown value stops the start; none is what everybody gets")
  void pab008Auth() {
    refuses(with("auth", "foo"), "auth");
    refuses(with("winfo_auth", "foo"), "winfo_auth");
    final PaWorld world = new PaWorld().without("auth").start();
    assertThat(world.subscribe(Asked.subscribe("c")).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("subscribe_to_users needs pa_subscription_uri and excludes internal subscriptions")
  void toUsers() {
    refuses(with("subscribe_to_users", 1), "subscribe_to_users");
    refuses(
        with("subscribe_to_users", 1)
            .param("pa_subscription_uri", "sip:pa@a")
            .param("accept_internal_subscriptions", 1),
        "subscribe_to_users");
  }

  @Test
  @DisplayName("PAB-007 Every parameter of the specification is there")
  void pab007All() {
    final Set<String> names =
        PaParameters.accepted().stream().map(ModParam::name).collect(Collectors.toSet());
    assertThat(names)
        .contains(
            "max_auth_requests_per_tick",
            "place_table",
            "use_place_table",
            "presentity_contact_table",
            "offline_winfo_table",
            "dialog_column",
            "doc_index_column",
            "callback_lock_pdomain")
        .hasSizeGreaterThan(70);
  }
}
