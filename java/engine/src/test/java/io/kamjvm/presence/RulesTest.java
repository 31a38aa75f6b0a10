// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.WatcherRow;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** presence_xml with force_active 0: rules out of the table decide who sees what of bob. */
class RulesTest {
  private static final String FULL =
      "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@d\""
          + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\"><tuple"
          + " id=\"t1\"><status><basic>open</basic></status><contact>sip:bob@d</contact></tuple><tuple"
          + " id=\"t2\"><status><basic>open</basic></status>"
          + "<contact>mailto:bob@d</contact></tuple><dm:person"
          + " id=\"p1\"><dm:note>secret</dm:note></dm:person><dm:device"
          + " id=\"d1\"><dm:deviceID>urn:x:1</dm:deviceID></dm:device></presence>";

  private final World world = new World();

  static List<StorageMode> modes() {
    return StorageMode.all();
  }

  @BeforeEach
  void rulesDecide() {
    guard(world);
  }

  private static World guard(final World one) {
    return one.param("presence_xml", "force_active", 0)
        .param("presence_xml", "integrated_xcap_server", 1);
  }

  static String ruleset(final String... rules) {
    return "<ruleset xmlns=\"urn:ietf:params:xml:ns:common-policy\""
        + " xmlns:pr=\"urn:ietf:params:xml:ns:pres-rules\">"
        + String.join("", rules)
        + "</ruleset>";
  }

  private static String rule(final String condition, final String handling, final String provide) {
    return "<rule id=\"r\"><conditions>"
        + condition
        + "</conditions><actions><pr:sub-handling>"
        + handling
        + "</pr:sub-handling></actions><transformations>"
        + provide
        + "</transformations></rule>";
  }

  private static String alice(final String handling) {
    return alice(handling, "");
  }

  private static String alice(final String handling, final String provide) {
    return rule("<identity><one id=\"sip:alice@d\"/></identity>", handling, provide);
  }

  private static void bobSays(final World one, final String... rules) {
    one.xcap.rules.put("bob@d", ruleset(rules));
  }

  private void bobSays(final String... rules) {
    bobSays(world, rules);
  }

  private Notify watch() {
    assertThat(world.subscribe(subscribe().expires(600)).code()).isEqualTo(200);
    return world.peers.last();
  }

  private WatcherRow row() {
    assertThat(world.store.watchers).hasSize(1);
    return world.store.watchers.values().iterator().next();
  }

  private FakeRpc update() {
    return world.rpc("presence.updateWatchers", "sip:bob@d", "presence");
  }

  @Test
  @DisplayName("PKG-026 without rules a watcher is pending, and stands so in watchers")
  void pkg026() {
    world.start();
    world.publish(publish().body(FULL));
    final Notify first = watch();
    assertThat(first.state()).startsWith("pending;expires=");
    assertThat(first.body()).isEmpty();
    assertThat(first.find("Content-Type")).isEmpty();
    assertThat(row().status()).isEqualTo(Subscription.PENDING);
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PKG-027 a rule that allows the watcher: active with body, in every storage mode")
  void pkg027(final StorageMode mode) {
    final World one = guard(mode.world()).start();
    bobSays(one, alice("allow"));
    one.publish(publish().expires(600).body(FULL));
    one.subscribe(subscribe().expires(600));
    assertThat(one.peers.last().state()).startsWith("active;expires=");
    assertThat(one.peers.last().body()).contains("t1", "secret");
  }

  @ParameterizedTest
  @CsvSource({
    "confirm, pending;expires=, 2, 2",
    "block, terminated;reason=rejected, 3, 3",
    "polite-block, active;expires=, 1, 5",
    "allow, active;expires=, 1, 1"
  })
  @DisplayName("PKG-028 confirm, block, polite-block, allow: NOTIFY, row, status")
  void pkg028(final String handling, final String state, final int status, final int asked) {
    world.start();
    bobSays(alice(handling));
    world.publish(publish().body(FULL));
    final Notify first = watch();
    assertThat(first.state()).startsWith(state);
    assertThat(first.body().isEmpty()).isEqualTo(asked != 1);
    assertThat(row().status()).isEqualTo(status);
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(asked);
    world.peers.take();
    world.publish(publish().body(Bodies.pidf("t9", "open")));
    assertThat(world.peers.take()).hasSize(asked == 1 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"<, allow", "x, ' allow'"})
  @DisplayName(
      "PKG-029 rules that nobody can be judged by: the busy answer, 500; nothing stored, nobody let"
          + " in")
  void pkg029(final String kind, final String handling) {
    world.start();
    bobSays(alice(handling));
    if (kind.equals("<")) {
      world.xcap.rules.put("bob@d", "<ruleset>");
    }
    assertThat(world.subscribe(subscribe()).busy).isTrue();
    assertThat(world.store.watchers).isEmpty();
    assertThat(world.peers.notifies).isEmpty();
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PKG-031 the user part of an identity is compared exactly")
  void pkg031() {
    world.start();
    bobSays(rule("<identity><one id=\"sip:ALICE@d\"/></identity>", "allow", ""));
    assertThat(watch().state()).startsWith("pending");
  }

  @Test
  @DisplayName("PKG-034 a pending watcher is let in by an update; watchers of watchers hear it")
  void pkg034() {
    world.start();
    world.publish(publish().body(FULL));
    watch();
    world.subscribe(subscribe().event("presence.winfo").callId("w").from("sip:bob@d"));
    bobSays(alice("allow"));
    world.peers.take();
    assertThat(update().fault).isZero();
    final List<Notify> told = world.peers.take();
    assertThat(told)
        .anySatisfy(
            n -> {
              assertThat(n.state()).startsWith("active");
              assertThat(n.body()).contains("secret");
            })
        .anySatisfy(
            n ->
                assertThat(n.body()).contains("event=\"approved\" status=\"active\">sip:alice@d<"));
    assertThat(row().status()).isEqualTo(Subscription.ACTIVE);
  }

  @Test
  @DisplayName("PKG-035 whom no rule names any more is ended for probation; the dialog is gone")
  void pkg035() {
    world.start();
    bobSays(alice("allow"));
    world.publish(publish().body(FULL));
    watch();
    bobSays();
    assertThat(update().fault).isZero();
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=probation");
    assertThat(world.peers.last().body()).isEmpty();
    assertThat(row().status()).isEqualTo(Subscription.TERMINATED);
    assertThat(world.subscribe(subscribe().toTag("tag-c1-f1").cseq(2)).code()).isEqualTo(481);
  }

  @Test
  @DisplayName("PKG-035 whom no rule names and who was pending stays pending")
  void pkg035Pending() {
    world.start();
    bobSays(alice("confirm"));
    watch();
    bobSays();
    world.peers.take();
    assertThat(update().fault).isZero();
    assertThat(world.peers.take()).isEmpty();
    assertThat(row().status()).isEqualTo(Subscription.PENDING);
  }

  @Test
  @DisplayName("PKG-036 xcapauth_userdel_reason stands verbatim after reason=, also the next time")
  void pkg036() {
    world.param("presence_xml", "xcapauth_userdel_reason", "probation;retry-after=30").start();
    bobSays(alice("allow"));
    watch();
    bobSays();
    update();
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=probation;retry-after=30");
    world.subscribe(subscribe().callId("c2"));
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=probation;retry-after=30");
  }

  @Test
  @DisplayName("PKG-037 without rules document an update is a fault and changes nothing")
  void pkg037() {
    world.start();
    bobSays(alice("allow"));
    watch();
    world.xcap.rules.clear();
    world.peers.take();
    final FakeRpc rpc = update();
    assertThat(rpc.fault).isEqualTo(500);
    assertThat(rpc.faultText).isEqualTo("Processing error");
    assertThat(world.peers.take()).isEmpty();
    assertThat(row().status()).isEqualTo(Subscription.ACTIVE);
    assertThat(world.function("pres_update_watchers", "sip:bob@d", "presence")).isEqualTo(-1);
  }

  @Test
  @DisplayName("PKG-038 what was decided holds until somebody says that the rules have changed")
  void pkg038() {
    world.start();
    bobSays(alice("allow"));
    watch();
    bobSays(alice("block"));
    world.advance(60);
    world.subscribe(subscribe().callId("c2").expires(600));
    assertThat(world.peers.last().state()).startsWith("active");
    update();
    assertThat(world.peers.last().state()).isEqualTo("terminated;reason=rejected");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("PKG-039 what rules hide is in no NOTIFY: first, PUBLISH, refresh, refreshWatchers")
  void pkg039(final StorageMode mode) {
    final World one = guard(mode.world()).start();
    bobSays(one, alice("allow", "<pr:provide-persons>FALSE</pr:provide-persons>"));
    one.publish(publish().expires(600).body(FULL));
    one.subscribe(subscribe().expires(600));
    one.publish(publish().expires(600).body(FULL.replace("t1", "t7")));
    one.subscribe(subscribe().expires(600).toTag("tag-c1-f1").cseq(2));
    one.rpc("presence.refreshWatchers", "sip:bob@d", "presence", "1");
    final List<Notify> told = one.peers.take();
    assertThat(told).hasSizeGreaterThanOrEqualTo(4);
    assertThat(told)
        .allSatisfy(
            n ->
                assertThat(n.body())
                    .contains("tuple", "device")
                    .doesNotContain("person", "secret"));
  }

  @Test
  @DisplayName("PKG-039 permissions that have changed show after an update")
  void pkg039Changed() {
    world.start();
    bobSays(alice("allow"));
    world.publish(publish().body(FULL));
    assertThat(watch().body()).contains("secret");
    bobSays(alice("allow", "<pr:provide-persons>FALSE</pr:provide-persons>"));
    update();
    world.publish(publish().body(Bodies.pidf("t9", "open")));
    assertThat(world.peers.last().body()).contains("t9").doesNotContain("secret");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("whom no rule lets in any more sees nothing, also before anybody said so")
  void withheld(final StorageMode mode) {
    final World one = guard(mode.world()).start();
    bobSays(one, alice("allow"));
    one.publish(publish().expires(3600).body(FULL));
    one.subscribe(subscribe().expires(3600));
    assertThat(one.peers.last().body()).contains("secret");
    bobSays(one);
    seesNothing(one, 2);
    for (final String other : List.of("confirm", "block", "polite-block", "none")) {
      bobSays(one, alice(other));
      seesNothing(one, 2);
    }
    bobSays(one, alice("allow"));
    one.advance(10);
    one.publish(publish().expires(3600).body(FULL));
    assertThat(one.peers.last().body()).contains("secret");
    one.xcap.rules.clear();
    seesNothing(one, 2);
  }

  private static void seesNothing(final World one, final int cseq) {
    one.advance(10);
    one.peers.take();
    one.publish(publish().expires(3600).body(FULL));
    one.subscribe(subscribe().expires(3600).toTag("tag-c1-f1").cseq(cseq));
    one.rpc("presence.refreshWatchers", "sip:bob@d", "presence", "1");
    assertThat(one.peers.take())
        .isNotEmpty()
        .allSatisfy(
            n -> {
              assertThat(n.state()).startsWith("active");
              assertThat(n.body()).isEmpty();
              assertThat(n.find("Content-Type")).isEmpty();
            });
  }

  @Test
  @DisplayName("a rule that is not valid any more shows nothing to whom it has let in")
  void validityOver() {
    world.start();
    bobSays(
        rule(
            "<validity><from>2023-11-14T22:00:00Z</from><until>2023-11-14T22:20:00Z</until>"
                + "</validity>",
            "allow",
            "<pr:provide-persons>FALSE</pr:provide-persons>"));
    world.publish(publish().expires(3600).body(FULL));
    world.subscribe(subscribe().expires(3600));
    assertThat(world.peers.last().body()).contains("t1").doesNotContain("secret");
    world.advance(900);
    seesNothing(world, 2);
  }

  @Test
  @DisplayName("the state that takes a presentity out of a rule's sphere is not shown by that rule")
  void sphereLeft() {
    world.param("enable_sphere_check", 1).start();
    bobSays(rule("<identity><many/></identity><sphere value=\"work\"/>", "allow", ""));
    final String place =
        FULL.replace(
            "<dm:person id=\"p1\">",
            "<dm:person id=\"p1\"><r:sphere xmlns:r=\"urn:ietf:params:xml:ns:pidf:rpid\">work"
                + "</r:sphere>");
    final FakeCall published = world.publish(publish().body(place));
    watch();
    assertThat(world.peers.last().body()).contains(">work<");
    world.peers.take();
    world.publish(publish().ifMatch(published.etag()).body(place.replace(">work<", ">home<")));
    assertThat(world.peers.take()).isNotEmpty().allSatisfy(n -> assertThat(n.body()).isEmpty());
  }

  @Test
  @DisplayName(
      "who subscribes after an update is not judged by rules that were asked for before it")
  void updatedWhileFetching() {
    world.start();
    world.publish(publish().body(FULL));
    bobSays(rule("<identity><many/></identity>", "allow", ""));
    world.xcap.meanwhile =
        () -> {
          bobSays(rule("<identity><many/></identity>", "block", ""));
          world.threads.paused = true;
          update();
          world.subscribe(subscribe().callId("c2").from("sip:cy@d"));
        };
    world.subscribe(subscribe().callId("c1"));
    world.threads.resume();
    assertThat(world.store.watchers.values())
        .hasSize(2)
        .allSatisfy(r -> assertThat(r.status()).isEqualTo(Subscription.TERMINATED));
    assertThat(world.peers.take())
        .hasSize(2)
        .allSatisfy(
            n -> {
              assertThat(n.state()).isEqualTo("terminated;reason=rejected");
              assertThat(n.body()).isEmpty();
            });
  }

  @Test
  @DisplayName("one watcher who can not be judged keeps no other from being judged again")
  void oneUnjudged() {
    world.start();
    bobSays(rule("<identity><many/></identity>", "allow", ""));
    final int all = 3 * PresenceLimits.WATCHERS_PER_CALL;
    for (int i = 0; i < all; i++) {
      world.subscribe(subscribe().callId("c" + i).from("sip:u" + i + "@d"));
    }
    bobSays(
        rule("<identity><one id=\"sip:u5@d\"/></identity>", "nonsense", ""),
        rule("<identity><many/></identity>", "block", ""));
    world.peers.take();
    assertThat(update().fault).isEqualTo(500);
    assertThat(world.peers.take())
        .hasSize(all - 1)
        .allSatisfy(n -> assertThat(n.state()).isEqualTo("terminated;reason=rejected"))
        .noneSatisfy(n -> assertThat(n.request().callId()).isEqualTo("c5"));
    assertThat(world.store.watchers.values())
        .filteredOn(r -> r.status() == Subscription.ACTIVE)
        .singleElement()
        .satisfies(r -> assertThat(r.watcherUser()).isEqualTo("u5"));
  }

  @Test
  @DisplayName("while the documents can not be read nobody is judged by rules for a sphere")
  void sphereUnreadable() {
    world.param("enable_sphere_check", 1).param("publ_cache", 0).start();
    bobSays(
        rule("<identity><many/></identity><sphere value=\"work\"/>", "allow", ""),
        rule("<identity><many/></identity>", "confirm", ""));
    world.publish(
        publish()
            .expires(3600)
            .body(
                FULL.replace(
                    "<dm:person id=\"p1\">",
                    "<dm:person id=\"p1\"><r:sphere"
                        + " xmlns:r=\"urn:ietf:params:xml:ns:pidf:rpid\">home</r:sphere>")));
    assertThat(watch().state()).startsWith("pending");
    world.peers.take();
    world.store.silent = query -> query instanceof Query.PublicationsOf;
    final FakeCall other = world.subscribe(subscribe().callId("c2").from("sip:cy@d"));
    assertThat(other.busy).isTrue();
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(-1);
    assertThat(update().fault).isEqualTo(500);
    assertThat(row().status()).isEqualTo(Subscription.PENDING);
    assertThat(world.peers.take()).isEmpty();
    world.store.silent = query -> false;
    assertThat(update().fault).isZero();
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(2);
    assertThat(row().status()).isEqualTo(Subscription.PENDING);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("a verdict reaches dialogs whose watcher has written its host in other letters")
  void hostInOtherLetters(final StorageMode mode) {
    final World one = guard(mode.world()).start();
    bobSays(one, alice("allow"));
    one.subscribe(subscribe().from("sip:alice@D").expires(600));
    assertThat(one.peers.last().state()).startsWith("active");
    final WatcherRow row = one.store.watchers.values().iterator().next();
    assertThat(row.watcherDomain()).isEqualTo("D");
    one.store.watchers.clear();
    one.store.put(
        new WatcherRow(
            row.presentityUri(),
            row.watcherUser(),
            "d",
            row.event(),
            row.status(),
            row.reason(),
            row.insertedTime()));
    bobSays(one, alice("confirm"));
    one.peers.take();
    assertThat(one.rpc("presence.updateWatchers", "sip:bob@d", "presence").fault).isZero();
    assertThat(one.peers.last().state()).startsWith("pending");
    bobSays(one, alice("block"));
    assertThat(one.rpc("presence.updateWatchers", "sip:bob@d", "presence").fault).isZero();
    assertThat(one.peers.last().state()).isEqualTo("terminated;reason=rejected");
  }

  @Test
  @DisplayName("whom unreadable identities may mean sees nothing; new ones get the busy answer")
  void unreadableIdentity() {
    world.start();
    bobSays(alice("allow"));
    world.publish(publish().expires(3600).body(FULL));
    world.subscribe(subscribe().expires(3600));
    bobSays(
        rule("<identity><one id=\"mallory@d\"/></identity>", "block", ""),
        rule("<identity><many/></identity>", "allow", ""));
    seesNothing(world, 2);
    assertThat(world.subscribe(subscribe().callId("c2").from("sip:cy@d")).busy).isTrue();
    assertThat(update().fault).isEqualTo(500);
    assertThat(row().status()).isEqualTo(Subscription.ACTIVE);
  }

  @Test
  @DisplayName("PKG-040 provide-services by scheme: only the sip tuple")
  void pkg040() {
    world.start();
    bobSays(
        alice(
            "allow",
            "<pr:provide-services><pr:service-uri-scheme>sip</pr:service-uri-scheme>"
                + "</pr:provide-services>"));
    world.publish(publish().body(FULL));
    assertThat(watch().body()).contains("\"t1\"").doesNotContain("\"t2\"");
  }

  @Test
  @DisplayName("PKG-041 provide-devices FALSE: no devices")
  void pkg041() {
    world.start();
    bobSays(alice("allow", "<pr:provide-devices>FALSE</pr:provide-devices>"));
    world.publish(publish().body(FULL));
    assertThat(watch().body()).contains("person").doesNotContain("device");
  }

  @Test
  @DisplayName("PKG-042 a rule without permissions: the whole document, unchanged")
  void pkg042() {
    world.start();
    bobSays(alice("allow"));
    world.publish(publish().body(FULL));
    assertThat(watch().body()).contains("\"t1\"", "\"t2\"", "secret", "\"d1\"");
  }

  @Test
  @DisplayName("watchers whom the same rule concerns get the same bytes")
  void sharedBytes() {
    world.start();
    bobSays(
        rule(
            "<identity><many domain=\"d\"/></identity>",
            "allow",
            "<pr:provide-persons>FALSE</pr:provide-persons>"));
    for (int i = 0; i < 20; i++) {
      world.subscribe(subscribe().callId("c" + i).from("sip:u" + i + "@d"));
    }
    world.peers.take();
    world.publish(publish().body(FULL));
    final List<Notify> told = world.peers.take();
    assertThat(told).hasSize(20);
    assertThat(told)
        .allSatisfy(n -> assertThat(n.request().body()).isSameAs(told.get(0).request().body()));
  }

  @Test
  @DisplayName("a body that can not be filtered is not shown to whom something is hidden")
  void unfilterable() {
    world.start();
    bobSays(alice("allow", "<pr:provide-persons>FALSE</pr:provide-persons>"));
    world.publish(publish().body("<x>secret</x>"));
    assertThat(watch().body()).isEmpty();
    world.publish(publish().body("<x>secret</x>"));
    assertThat(world.peers.take()).allSatisfy(n -> assertThat(n.body()).isEmpty());
  }

  @Test
  @DisplayName(
      "a database that does not answer: new watchers get the busy answer, old ones the filtered"
          + " state")
  void tableAway() {
    world.start();
    bobSays(alice("allow", "<pr:provide-persons>FALSE</pr:provide-persons>"));
    world.publish(publish().body(FULL));
    watch();
    world.xcap.unavailable = true;
    world.advance(60);
    world.peers.take();
    world.publish(publish().body(Bodies.pidf("t9", "open")));
    assertThat(world.peers.take())
        .singleElement()
        .satisfies(n -> assertThat(n.body()).contains("t9").doesNotContain("secret"));
    final FakeCall other = world.subscribe(subscribe().callId("c2").from("sip:cy@d"));
    assertThat(other.busy).isTrue();
    assertThat(update().fault).isEqualTo(500);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("a rule for a sphere: decided about again when the presentity goes elsewhere")
  void sphere(final StorageMode mode) {
    final World one = guard(mode.world()).param("enable_sphere_check", 1).start();
    bobSays(
        one,
        rule("<identity><many/></identity><sphere value=\"work\"/>", "allow", ""),
        rule("<identity><many/></identity>", "confirm", ""));
    final String place =
        FULL.replace(
            "<dm:person id=\"p1\">",
            "<dm:person id=\"p1\"><r:sphere xmlns:r=\"urn:ietf:params:xml:ns:pidf:rpid\">home"
                + "</r:sphere>");
    final FakeCall published = one.publish(publish().body(place));
    one.subscribe(subscribe().expires(600));
    assertThat(one.peers.last().state()).startsWith("pending");
    one.publish(publish().ifMatch(published.etag()).body(place.replace(">home<", ">work<")));
    assertThat(one.peers.last().state()).startsWith("active");
    assertThat(one.peers.last().body()).contains(">work<");
  }

  @Test
  @DisplayName("a rule that is valid for a time decides by the time of the decision")
  void validity() {
    world.start();
    // World.START is 2023-11-14T22:13:20Z
    bobSays(
        rule(
            "<validity><from>2023-11-14T22:00:00Z</from><until>2023-11-14T22:20:00Z</until>"
                + "</validity>",
            "allow",
            ""));
    assertThat(watch().state()).startsWith("active");
    world.advance(900);
    world.subscribe(subscribe().callId("c2").from("sip:cy@d"));
    assertThat(world.peers.last().state()).startsWith("pending");
  }

  @Test
  @DisplayName("PKG-058 hard state: stored under the file's name for ever, merged, removed")
  void pkg058() {
    world.start();
    bobSays(alice("allow"));
    world.xcap.hardStates.put("/pidf/bob/hard", Bodies.pidf("hard", "closed"));
    world.publish(publish().expires(600).body(Bodies.pidf("t1", "open")));
    watch();
    final String[] refresh = {"sip:bob@d", "presence", "2", "/pidf/bob/hard", "hard.xml"};
    assertThat(world.rpc("presence.refreshWatchers", refresh).fault).isZero();
    assertThat(world.peers.last().body()).contains("\"t1\"", "\"hard\"");
    assertThat(world.store.publications.values())
        .anySatisfy(
            row -> {
              assertThat(row.etag()).isEqualTo("hard.xml");
              assertThat(row.expires()).isEqualTo(-1);
            });
    world.advance(4_000);
    world.subscribe(subscribe().callId("c2").expires(600));
    assertThat(world.peers.last().body()).contains("\"hard\"").doesNotContain("\"t1\"");
    world.xcap.hardStates.clear();
    assertThat(world.rpc("presence.refreshWatchers", refresh).fault).isZero();
    assertThat(world.store.publications).isEmpty();
    world.xcap.hardStates.put("/pidf/bob/hard", "<presence>");
    assertThat(world.rpc("presence.refreshWatchers", refresh).fault).isEqualTo(500);
  }

  @Test
  @DisplayName("Q16 with force_active pres_auth_status says active")
  void forced() {
    world.param("presence_xml", "force_active", 1).start();
    assertThat(world.function("pres_auth_status", "sip:alice@d", "sip:bob@d")).isEqualTo(1);
    assertThat(update().fault).isEqualTo(500);
    assertThat(world.xcap.asked).isZero();
  }

  @Test
  @DisplayName("a server without any database lets everybody in, and hides what rules hide")
  void withoutDatabase() {
    world.without("db_url").param("publ_cache", 2).param("subs_db_mode", 0).start();
    bobSays(alice("confirm", "<pr:provide-persons>FALSE</pr:provide-persons>"));
    world.publish(publish().body(FULL));
    final Notify first = watch();
    assertThat(first.state()).startsWith("active");
    assertThat(first.body()).contains("\"t1\"").doesNotContain("secret");
  }

  @Test
  @DisplayName("rules are asked for once while they are recent, whatever the number of NOTIFYs")
  void askedOnce() {
    world.start();
    bobSays(alice("allow"));
    watch();
    final int asked = world.xcap.asked;
    for (int i = 0; i < 10; i++) {
      world.publish(publish().body(Bodies.pidf("t" + i, "open")));
    }
    assertThat(world.xcap.asked).isEqualTo(asked);
    world.advance(10);
    world.publish(publish().body(FULL));
    assertThat(world.xcap.asked).isEqualTo(asked + 1);
  }
}
