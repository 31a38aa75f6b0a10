// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import static io.kamjvm.pua.RemoteServer.publication;
import static io.kamjvm.pua.RemoteServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.pua.RemoteServer.Arrived;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Series of publications (spec pua 6, PUA-010 to PUA-044), records in memory. */
class PublishTest {
  static final String ALICE = "sip:alice@example.org";
  static final String PIDF =
      "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='"
          + ALICE
          + "'>"
          + "<tuple id='t1'><status><basic>open</basic></status></tuple></presence>";

  ClientWorld world = world();

  ClientWorld world() {
    return new ClientWorld();
  }

  private ClientWorld started() {
    return world.start();
  }

  static PublishOrder order(final long lifetime) {
    return PublishOrder.of(Source.DIALOG_PUBLISH, "presence", ALICE, lifetime);
  }

  static PublishOrder open(final long lifetime) {
    return order(lifetime).withBody(bytes(PIDF), Optional.empty());
  }

  static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("PUA-010 the first PUBLISH has all it needs and no SIP-If-Match")
  void pua010() {
    final Told told = started().publish(open(3600));
    final Arrived p = world.server.last();
    assertThat(p.request().method()).isEqualTo("PUBLISH");
    assertThat(p.request().headers())
        .isEqualTo(
            "Max-Forwards: 70\r\nEvent: presence\r\nExpires: 3601\r\n"
                + "Content-Type: application/pidf+xml\r\n");
    assertThat(p.cseq()).isEqualTo(10);
    assertThat(List.of(p.request().localUri(), p.request().remoteUri(), p.request().remoteTarget()))
        .containsOnly(ALICE);
    assertThat(p.request().remoteTag()).isEmpty();
    assertThat(told.code()).isZero();
    assertThat(told.answer().etag()).contains("e1");
    assertThat(told.answer().expires()).hasValue(3601);
  }

  @Test
  @DisplayName("PUA-011 PUA-012 updates carry the newest entity-tag and a new Call-ID")
  void pua011pua012() {
    started().publish(open(3600));
    world.publish(open(3600));
    world.publish(open(3600));
    final List<Arrived> all = world.server.take();
    assertThat(all.get(1).header("SIP-If-Match")).isEqualTo("e1");
    assertThat(all.get(2).header("SIP-If-Match")).isEqualTo("e2");
    assertThat(all.get(1).request().callId()).isNotEqualTo(all.get(0).request().callId());
  }

  @Test
  @DisplayName("PUA-013 PUA-014 ids make series; no id means the one inserted last")
  void pua013pua014() {
    started().publish(open(3600).withId("a"));
    world.publish(open(3600).withId("b"));
    assertThat(world.server.last().find("SIP-If-Match")).isEmpty();
    world.publish(open(3600));
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e2");
    world.publish(open(3600).withId("a"));
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e1");
  }

  @Test
  @DisplayName("PUA-015 PUA-016 a removal is Expires: 0 without document, whatever min_expires is")
  void pua015pua016() {
    world.param("min_expires", 60);
    started().publish(open(3600));
    world.publish(open(0));
    final Arrived removal = world.server.last();
    assertThat(removal.header("Expires")).isEqualTo("0");
    assertThat(removal.header("SIP-If-Match")).isEqualTo("e1");
    assertThat(removal.find("Content-Type")).isEmpty();
    assertThat(removal.request().body()).isEmpty();
    assertThat(world.store.rows).isEmpty();
    world.publish(open(3600));
    assertThat(world.server.last().find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("PUA-017 min_expires does not raise what is asked for")
  void pua017() {
    world.param("min_expires", 60);
    started().publish(open(30));
    assertThat(world.server.last().header("Expires")).isEqualTo("31");
  }

  @Test
  @DisplayName("PUA-018 PUA-019 PUA-020 what can not be sent is not, and the owner knows why")
  void pua018pua019pua020() {
    assertThat(started().publish(open(0)).decisions).containsExactly(new Decision.Nothing());
    assertThat(world.publish(order(3600)).code()).isEqualTo(-10);
    assertThat(world.publish(open(3600).withEtag(Optional.of("x"))).code()).isEqualTo(418);
    assertThat(world.server.arrived).isEmpty();
  }

  @Test
  @DisplayName("PUA-021 a series that was granted less than asked is refreshed until its time")
  void pua021() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, Math.min(12, a.expires())));
    started().publish(open(60));
    world.advance(200);
    final List<Arrived> all = world.server.take();
    assertThat(all).hasSizeBetween(5, 15);
    long before = 62;
    for (final Arrived refresh : all) {
      assertThat(refresh.expires()).isLessThan(before);
      before = refresh.expires();
    }
    assertThat(all.get(1).request().body()).isEmpty();
    assertThat(all.get(1).find("Content-Type")).isEmpty();
    assertThat(all.get(1).header("SIP-If-Match")).isEqualTo("e1");
    assertThat(all.get(all.size() - 1).at()).isLessThanOrEqualTo(ClientWorld.START + 61);
    assertThat(world.store.rows).isEmpty();
  }

  @Test
  @DisplayName("PUA-022 PUA-007 a series for ever is refreshed with default_expires for ever")
  void pua022pua007() {
    world.param("default_expires", 300);
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    started().publish(open(-1));
    world.advance(1000);
    assertThat(world.server.arrived).hasSizeGreaterThan(50);
    assertThat(world.server.arrived).allMatch(a -> a.expires() == 3601);
  }

  @Test
  @DisplayName("PUA-023 after a 412 the document is published once more as a new series")
  void pua023() {
    started().publish(open(3600));
    world.advance(100);
    world.server.reaction =
        a ->
            Optional.of(
                a.find("SIP-If-Match").isPresent() ? refusal(412) : publication(3600, "new"));
    final Told told = world.publish(open(3600));
    assertThat(told.answers).extracting(FinalAnswer::code).containsExactly(412, 200);
    final Arrived anew = world.server.last();
    assertThat(anew.find("SIP-If-Match")).isEmpty();
    assertThat(anew.body()).contains("<tuple id=\"t1\">");
    assertThat(anew.expires()).isEqualTo(3604);
    assertThat(world.store.rows).singleElement().matches(r -> r.etag().equals("new"));
  }

  @Test
  @DisplayName("PUA-025 what was commanded is not published anew after a 412")
  void pua025() {
    started();
    final PublishOrder commanded =
        PublishOrder.of(Source.COMMAND_ASYN_PUBLISH, "presence", ALICE, 3600)
            .withBody(bytes(PIDF), Optional.empty());
    world.publish(commanded);
    world.server.reaction = a -> Optional.of(refusal(412));
    assertThat(world.publish(commanded).answer().code()).isEqualTo(412);
    assertThat(world.server.take()).hasSize(2);
    world.publish(commanded);
    assertThat(world.server.last().find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("PUA-026 PUA-027 any other refusal ends the series without retry")
  void pua026pua027() {
    started();
    for (final int code : new int[] {423, 401, 407, 500, 503, 302, 408}) {
      world.server.reaction = world.server::grant;
      world.publish(open(3600));
      world.server.reaction = a -> Optional.of(refusal(code));
      assertThat(world.publish(open(3600)).answer().code()).isEqualTo(code);
      assertThat(world.server.take()).hasSize(2);
      assertThat(world.store.rows).isEmpty();
    }
  }

  @Test
  @DisplayName("PUA-028 a time-out leaves the series as it was")
  void pua028() {
    started().publish(open(3600));
    world.server.reaction = a -> Optional.empty();
    final Told told = world.publish(open(3600));
    world.server.timeOut();
    assertThat(told.answer().local()).isTrue();
    assertThat(told.answer().code()).isEqualTo(408);
    world.publish(open(3600));
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e1");
  }

  @Test
  @DisplayName("PUA-029 after a removal without answer nothing is refreshed (D4)")
  void pua029() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 30));
    started().publish(open(3600));
    world.server.reaction = a -> Optional.empty();
    world.publish(open(0));
    world.server.timeOut();
    world.server.take();
    world.advance(100);
    assertThat(world.server.arrived).isEmpty();
    assertThat(world.store.rows).isEmpty();
  }

  @Test
  @DisplayName("PUA-030 a 200 without entity-tag changes nothing, and the owner is told")
  void pua030() {
    started().publish(open(3600));
    world.server.reaction = a -> Optional.of(refusal(200));
    assertThat(world.publish(open(3600)).answer().code()).isEqualTo(200);
    world.publish(open(3600));
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e1");
  }

  @Test
  @DisplayName("PUA-030a a refused insertion leaves the older series alone")
  void pua030a() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    started().publish(open(3600).withId("x"));
    world.server.reaction = a -> Optional.of(refusal(403));
    world.publish(open(3600).withId("x").asInsert());
    world.server.take();
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    world.advance(30);
    assertThat(world.server.arrived).isNotEmpty();
    assertThat(world.server.arrived.get(0).header("SIP-If-Match")).isEqualTo("e1");
  }

  @Test
  @DisplayName("PUA-033 PUA-034 extra headers come last, in refreshes too")
  void pua033pua034() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    started().publish(open(3600).withExtraHeaders("X-A: 1"));
    world.advance(20);
    assertThat(world.server.arrived).hasSizeGreaterThan(1);
    assertThat(world.server.arrived)
        .allMatch(a -> a.request().headers().endsWith("\r\nX-A: 1\r\n"));
  }

  @Test
  @DisplayName("PUA-033 what would break the message is refused with a reason")
  void pua033Injection() {
    started();
    for (final String bad :
        List.of(
            "X-A: 1\r\n\r\nbody",
            "X-A: 1\nX-B: 2",
            "X-A: 1\rX",
            "no header",
            ": nameless",
            "X A: 1",
            "X-A: 1\r\n folded",
            "Content-Length: 0",
            "Via: SIP/2.0/UDP x",
            "X-A: \0")) {
      final Told told = world.publish(open(3600).withExtraHeaders(bad));
      assertThat(told.code()).isEqualTo(-1);
      assertThat(told.decisions.get(0)).asString().contains("extra headers");
    }
    assertThat(world.publish(open(3600).withId("a\r\nb")).code()).isEqualTo(-1);
    assertThat(world.publish(open(3600).withBody(bytes(PIDF), Optional.of("a\r\nX: y"))).code())
        .isEqualTo(-1);
    assertThat(world.server.arrived).isEmpty();
  }

  @Test
  @DisplayName("PUA-035 PUA-036 4000 bytes of headers and 5000 bytes of entity-tag are carried")
  void pua035pua036() {
    final String etag = "e".repeat(5000);
    world.server.reaction = a -> Optional.of(publication(3600, etag));
    started().publish(open(3600).withExtraHeaders("X-A: " + "a".repeat(4000)));
    world.publish(open(3600));
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo(etag);
    assertThat(world.server.last().header("X-A")).hasSize(4000);
  }

  @Test
  @DisplayName("PUA-037 PUA-038 the tuple keeps its id through a series")
  void pua037pua038() {
    final String without = PIDF.replace(" id='t1'", "");
    started().publish(order(3600).withId("a").withBody(bytes(without), Optional.empty()));
    final String first = tupleId(world.server.last().body());
    world.publish(order(3600).withId("a").withBody(bytes(without), Optional.empty()));
    assertThat(tupleId(world.server.last().body())).isEqualTo(first).isNotEmpty();
    world.publish(open(3600).withId("b"));
    world.publish(order(3600).withId("b").withBody(bytes(without), Optional.empty()));
    assertThat(tupleId(world.server.last().body())).isEqualTo("t1");
  }

  private static String tupleId(final String body) {
    return body.replaceAll("(?s).*<tuple id=\"([^\"]*)\".*", "$1");
  }

  @Test
  @DisplayName("PUA-039 PUA-040 PUA-041 what is no document of the event is not sent")
  void pua039pua040pua041() {
    started();
    assertThat(world.publish(order(3600).withBody(bytes("no xml"), Optional.empty())).code())
        .isEqualTo(-1);
    for (final String event : List.of("presence.winfo", "conference", "no-such-event")) {
      assertThat(
              world
                  .publish(
                      PublishOrder.of(Source.COMMAND_PUBLISH, event, ALICE, 3600)
                          .withBody(bytes(PIDF), Optional.empty()))
                  .code())
          .isEqualTo(-1);
    }
    assertThat(world.server.arrived).isEmpty();
  }

  @Test
  @DisplayName("PUA-042 PUA-043 dialog and reg documents are counted, each by its own parameter")
  void pua042pua043() {
    world.param("dlginfo_increase_version", 1);
    started();
    final String dialog = "<dialog-info version='7' state='full'/>";
    for (int i = 0; i < 3; i++) {
      world.publish(event("dialog", dialog));
      assertThat(world.server.last().body()).contains("version=\"" + i + "\"");
    }
    final String reg = "<reginfo version='7'/>";
    world.publish(event("reg", reg));
    assertThat(world.server.last().body()).isEqualTo(reg);
  }

  private static PublishOrder event(final String event, final String body) {
    return PublishOrder.of(Source.COMMAND_PUBLISH, event, ALICE, 3600)
        .withBody(bytes(body), Optional.empty());
  }

  @Test
  @DisplayName("PUA-044 a record that can not be sent does not hold up the others")
  void pua044() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 20));
    started().publish(open(3600));
    world.publish(
        PublishOrder.of(Source.DIALOG_PUBLISH, "presence", "sip:bob@nowhere.invalid", 3600)
            .withBody(bytes(PIDF), Optional.empty()));
    world.server.unreachable = a -> a.request().remoteUri().contains("nowhere");
    world.server.take();
    world.advance(60);
    assertThat(world.server.arrived).hasSizeGreaterThan(2);
    assertThat(world.server.arrived).allMatch(a -> a.request().remoteUri().equals(ALICE));
  }

  @Test
  @DisplayName("Orders for a series wait while a request of it is under way, and keep their order")
  void oneRequestAtATime() {
    world.server.reaction = a -> Optional.empty();
    started();
    final Told first = new Told();
    final Told second = new Told();
    world.pua().publish(open(3600), first);
    world.pua().publish(open(1800), second);
    world.settle();
    assertThat(world.server.arrived).hasSize(1);
    assertThat(second.decisions).isEmpty();
    world.server.reaction = world.server::grant;
    world.server.answerAll(publication(3601, "e"));
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e");
    assertThat(second.answer().expires()).hasValue(1801);
  }

  @Test
  @DisplayName("An order that waited for a refused series starts a new one")
  void waitingAfterRefusal() {
    world.server.reaction = a -> Optional.empty();
    started();
    final Told second = new Told();
    world.pua().publish(open(3600), new Told());
    world.pua().publish(open(1800), second);
    world.settle();
    world.server.reaction = world.server::grant;
    world.server.answerAll(refusal(403));
    assertThat(second.answer().code()).isEqualTo(200);
    assertThat(world.server.last().find("SIP-If-Match")).isEmpty();
  }

  @Test
  @DisplayName("A refresh that meets an overloaded server is tried again when it asks for it")
  void overloaded() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 60));
    started().publish(open(3600));
    world.server.take();
    world.server.reaction = a -> Optional.of(RemoteServer.overloaded("3 (busy)"));
    world.advance(58);
    assertThat(world.server.take()).hasSizeBetween(1, 4);
    world.server.reaction = world.server::grant;
    world.advance(9);
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e1");
    assertThat(world.store.rows).hasSize(1);
  }

  @Test
  @DisplayName("A refresh without answer is tried again while the series lives")
  void silentServer() {
    world.server.reaction = a -> Optional.of(world.server.granting(a, 60));
    started().publish(open(3600));
    world.server.reaction = a -> Optional.empty();
    world.advance(60);
    world.server.timeOut();
    world.server.reaction = world.server::grant;
    world.advance(9);
    assertThat(world.server.last().header("SIP-If-Match")).isEqualTo("e1");
    assertThat(world.server.last().at()).isGreaterThanOrEqualTo(ClientWorld.START + 60);
    assertThat(world.store.rows).singleElement().matches(r -> r.etag().equals("e2"));
  }

  @Test
  @DisplayName("The answer's Expires is not believed beyond what a table can hold")
  void hugeExpires() {
    world.server.reaction = a -> Optional.of(publication(Long.MAX_VALUE, "e"));
    started().publish(open(3600));
    world.server.reaction = a -> Optional.of(publication(99_999_999_999L, "e"));
    world.publish(open(3600));
    assertThat(world.store.rows)
        .allMatch(r -> r.expires() <= Integer.MAX_VALUE && r.expires() > ClientWorld.START);
  }

  @Test
  @DisplayName("The series of a source can be asked for, with their last documents as far as known")
  void publications() {
    started().publish(open(600));
    world.publish(
        PublishOrder.of(Source.REGINFO_PUBLISH, "reg", ALICE, 600)
            .withId("REGINFO_PUBLISH.alice@location")
            .withBody(bytes("<reginfo/>"), Optional.empty()));
    final List<List<HeldPublication>> found = new ArrayList<>();
    world.pua().publications(Source.REGINFO_PUBLISH, all -> found.add(all.orElseThrow()));
    world.settle();
    assertThat(found.get(0))
        .singleElement()
        .satisfies(
            held -> {
              assertThat(held.presentityUri()).isEqualTo(ALICE);
              assertThat(held.id()).isEqualTo("REGINFO_PUBLISH.alice@location");
              held.body().ifPresent(b -> assertThat(b).isEqualTo(bytes("<reginfo/>")));
            });
  }
}
