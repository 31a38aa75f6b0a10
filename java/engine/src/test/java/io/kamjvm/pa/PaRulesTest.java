// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaRulesTest {
  private final PaWorld world =
      new PaWorld()
          .param("auth", "xcap")
          .param("db_url", "h2://x")
          .param("auth_rules_refresh_time", 30);

  private static String rules(final String... rules) {
    return "<cr:ruleset xmlns:cr='urn:ietf:params:xml:ns:common-policy'"
        + " xmlns:pr='urn:ietf:params:xml:ns:pres-rules'>"
        + String.join("", rules)
        + "</cr:ruleset>";
  }

  private static String rule(final String identity, final String handling) {
    return "<cr:rule id='r'><cr:conditions><cr:identity>"
        + identity
        + "</cr:identity></cr:conditions><cr:actions><pr:sub-handling>"
        + handling
        + "</pr:sub-handling></cr:actions></cr:rule>";
  }

  private static String one(final String uri) {
    return "<cr:one id='" + uri + "'/>";
  }

  private void bobs(final String document) {
    world.xcap.rules.put("bob@a", document);
  }

  @Test
  @DisplayName(
      "PAB-103 No document: pending; allowed: active; blocked: ended, and 403 from then on")
  void pab103Life() {
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c")).code()).isEqualTo(202);
    assertThat(world.only().body()).isEmpty();
    bobs(rules(rule(one("sip:alice@A"), "allow")));
    world.advance(34);
    assertThat(world.only().state()).startsWith("active");
    bobs(rules(rule(one("sip:alice@a"), "block")));
    world.advance(34);
    assertThat(world.only().state()).isEqualTo("terminated;reason=rejected");
    final FakeCall refused = world.subscribe(Asked.subscribe("d"));
    assertThat(refused.code()).isEqualTo(403);
    assertThat(refused.returnCode()).isEqualTo(-1);
  }

  @Test
  @DisplayName("PAB-103 The action that allows most wins; a user's letter case counts")
  void pab103Order() {
    bobs(
        rules(
            rule("<cr:many/>", "confirm"),
            rule("<cr:many domain='a'><cr:except id='sip:carol@a'/></cr:many>", "polite-block"),
            rule(one("sip:alice@a"), "allow")));
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c")).code()).isEqualTo(200);
    assertThat(world.subscribe(Asked.subscribe("d").from("sip:Alice@a")).code()).isEqualTo(403);
    assertThat(world.subscribe(Asked.subscribe("e").from("sip:carol@a")).code()).isEqualTo(202);
    assertThat(world.subscribe(Asked.subscribe("f").from("sip:dan@b")).code()).isEqualTo(202);
  }

  @Test
  @DisplayName("PAB-103 A rule without action decides nothing; what can not be read keeps waiting")
  void pab103Unusable() {
    bobs("<cr:ruleset xmlns:cr='urn:x'><cr:rule id='a'/><cr:rule id='b'/></cr:ruleset>");
    world.start();
    assertThat(world.subscribe(Asked.subscribe("c")).code()).isEqualTo(202);
    world.xcap.down = true;
    assertThat(world.subscribe(Asked.subscribe("d").target("sip:carl@a")).code()).isEqualTo(202);
    world.xcap.down = false;
    world.xcap.rules.put("carl@a", rules(rule("<cr:many/>", "allow")));
    world.taken();
    world.advance(34);
    assertThat(world.only().request().callId()).isEqualTo("d");
  }

  @Test
  @DisplayName("async_auth_queries: the first watcher is pending at once, and corrected")
  void asynchronous() {
    bobs(rules(rule("<cr:many/>", "allow")));
    world.param("async_auth_queries", 1).start();
    assertThat(world.subscribe(Asked.subscribe("c")).code()).isEqualTo(202);
    world.advance(2);
    assertThat(world.taken())
        .extracting(n -> n.state().replaceAll(";.*", ""))
        .containsExactly("pending", "active");
  }

  @Test
  @DisplayName("A decision of pa.authorize stands until the rules say something new")
  void authorized() {
    world.start();
    world.subscribe(Asked.subscribe("c"));
    world.rpc("pa.authorize", "registrar", "bob@a", "alice@a");
    world.advance(2);
    world.taken();
    world.advance(100);
    assertThat(world.taken()).isEmpty();
    bobs(rules(rule("<cr:many/>", "block")));
    world.advance(34);
    assertThat(world.only().state()).isEqualTo("terminated;reason=rejected");
  }
}
