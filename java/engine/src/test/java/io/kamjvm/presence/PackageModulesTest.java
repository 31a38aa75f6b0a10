// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.kamailio.ParameterException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The modules that bring a package each, in the server. */
class PackageModulesTest {
  private final World world =
      new World()
          .load("presence_dialoginfo", PresenceDialoginfoModule::new)
          .load("presence_reginfo", PresenceReginfoModule::new)
          .load("presence_conference", PresenceConferenceModule::new)
          .load("presence_profile", PresenceProfileModule::new);

  private static String dialog(final String id, final String state) {
    return "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\" state=\"full\""
        + " entity=\"sip:bob@d\"><dialog id=\""
        + id
        + "\"><state>"
        + state
        + "</state></dialog></dialog-info>";
  }

  private static Requests call(final String id, final String state) {
    return publish().event("dialog").expires(600).body(dialog(id, state));
  }

  private int notified() {
    return world.peers.take().size();
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("dialog: numbers rise by one in each subscription, whatever the others have seen")
  void versions(final int mode) {
    world.param("publ_cache", mode).start();
    world.subscribe(subscribe().event("dialog"));
    assertThat(world.peers.last().body()).isEmpty();
    world.publish(call("a", "early"));
    assertThat(world.peers.last().body()).contains("version=\"2\"").contains("id=\"a\"");
    world.subscribe(subscribe().event("dialog").callId("c2").from("sip:carol@d"));
    assertThat(world.peers.last().body()).contains("version=\"1\"");
    world.peers.take();
    world.publish(call("b", "confirmed"));
    assertThat(world.peers.take())
        .extracting(m -> m.body().replaceAll("(?s).* version=\"(\\d+)\".*", "$1"))
        .containsExactlyInAnyOrder("3", "2");
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PKG-051 and PKG-052 dialog: what is removed is gone, a call goes on under its id")
  void pkg051(final int mode) {
    world.param("publ_cache", mode).start();
    final String tag = world.publish(call("a", "early")).etag();
    final String other = world.publish(call("b", "confirmed")).etag();
    world.subscribe(subscribe().event("dialog"));
    world.peers.take();
    world.publish(call("a", "confirmed"));
    assertThat(world.peers.last().body())
        .containsOnlyOnce("id=\"a\"")
        .doesNotContain("early")
        .contains("id=\"b\"");
    assertThat(world.publish(publish().event("dialog").ifMatch(tag).expires(0)).code())
        .isEqualTo(412);
    world.publish(publish().event("dialog").ifMatch(other).expires(0));
    assertThat(world.peers.last().body()).contains("id=\"a\"").doesNotContain("id=\"b\"");
  }

  @Test
  @DisplayName("dialog: the only document removed ends its call, then nothing is left to show")
  void lastRemoved() {
    world.start();
    final String tag = world.publish(call("a", "confirmed")).etag();
    world.subscribe(subscribe().event("dialog"));
    world.publish(publish().event("dialog").ifMatch(tag).expires(0));
    assertThat(world.peers.last().body()).contains("<state>terminated</state>").contains("\"a\"");
    world.subscribe(subscribe().event("dialog").callId("c2"));
    assertThat(world.peers.last().body()).isEmpty();
  }

  @ParameterizedTest(name = "publ_cache={0}")
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("PKG-053 dialog: what is over stays over, nobody is told, the tag stays good")
  void pkg053(final int mode) {
    world.param("publ_cache", mode).start();
    final String tag = world.publish(call("a", "terminated")).etag();
    world.subscribe(subscribe().event("dialog"));
    notified();
    final FakeCall late = world.publish(call("a", "early").ifMatch(tag));
    assertThat(late.code()).isEqualTo(200);
    assertThat(late.etag()).isEqualTo(tag);
    assertThat(notified()).isZero();
    assertThat(world.publish(call("a", "early").ifMatch(tag)).etag()).isEqualTo(tag);
  }

  @ParameterizedTest
  @DisplayName("each package refuses what is not XML with one 415, and stores nothing")
  @ValueSource(strings = {"presence", "dialog", "reg", "conference", "ua-profile", "xcap-diff"})
  void notWellFormed(final String event) {
    world.start();
    for (final String body : new String[] {"<a>", "<!DOCTYPE a><a/>", "no"}) {
      final FakeCall refused = world.publish(publish().event(event).expires(600).body(body));
      assertThat(refused.replies).hasSize(1);
      assertThat(refused.code()).isEqualTo(415);
    }
    assertThat(world.store.publications).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("PKG-057 parameters of Event do not decide which package is meant (D-01)")
  @ValueSource(
      strings = {
        "ua-profile;profile-type=device;vendor=lab.example",
        "ua-profile",
        "dialog;call-id=\"x\";from-tag=\"y\"",
        "dialog;id=4",
        "conference;id=5",
        "reg;x"
      })
  void pkg057(final String event) {
    world.start();
    assertThat(world.subscribe(subscribe().event(event)).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("reg: nobody else's idea of a switch is taken for one")
  void aggregateParameter() {
    assertThatThrownBy(world.param("presence_reginfo", "aggregate_presentities", 2)::start)
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("aggregate_presentities");
  }

  @ParameterizedTest
  @DisplayName(
      "default_expires of each module is that of its package, and no other number than one")
  @ValueSource(
      strings = {
        "presence_dialoginfo dialog",
        "presence_reginfo reg",
        "presence_conference conference",
        "presence_profile ua-profile",
        "presence_mwi message-summary"
      })
  void defaultExpires(final String names) {
    final String module = names.split(" ")[0];
    final String event = names.split(" ")[1];
    world.param(module, "default_expires", 77).start();
    assertThat(world.subscribe(subscribe().event(event)).header("Expires")).isEqualTo("77");
    assertThatThrownBy(
            new World()
                    .load("presence_profile", PresenceProfileModule::new)
                    .param("presence_profile", "default_expires", 0)
                ::start)
        .isInstanceOf(ParameterException.class);
  }
}
