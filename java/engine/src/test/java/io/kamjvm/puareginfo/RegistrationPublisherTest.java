// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import static io.kamjvm.puareginfo.ReginfoWorld.START;
import static io.kamjvm.puareginfo.ReginfoWorld.contact;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.ContactChange.Kind;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.pua.HeldPublication;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is published of a location table, under virtual time. */
class RegistrationPublisherTest {
  private final ReginfoWorld world = new ReginfoWorld();
  private final ReginfoParameters parameters =
      new ReginfoParameters("example.org", true, Optional.empty(), "sip:s@example.org");
  private final RegistrationPublisher publisher =
      new RegistrationPublisher(parameters, world, () -> world, world, world);

  @BeforeEach
  void listen() {
    world.listen(publisher);
    world.listen(new Reconciliation(world, () -> world, world, world, publisher));
  }

  private static RegisteredContact phone(final String ruid) {
    return contact(ruid, "sip:" + ruid + "@192.0.2.1", START + 600);
  }

  @Test
  @DisplayName("What changes while a PUBLISH is under way goes into one next document, all of it")
  void coalesced() {
    world.change(Kind.CREATED, "alice", phone("r1"));
    world.change(Kind.CREATED, "alice", phone("r2"));
    world.change(Kind.CREATED, "alice", phone("r3"));
    world.change(Kind.UNREGISTERED, "alice", phone("r2"));
    assertThat(world.published).hasSize(1);
    world.answer(200);
    assertThat(world.published).hasSize(2);
    assertThat(world.body(1))
        .containsPattern("id=\"r1\" state=\"active\" event=\"registered\"")
        .containsPattern("id=\"r3\" state=\"active\" event=\"created\"")
        .containsPattern("id=\"r2\" state=\"terminated\" event=\"unregistered\"");
    world.answer(200);
    assertThat(world.published).hasSize(2);
  }

  @Test
  @DisplayName("After a time-out it is tried again, ever more slowly, with what was to be told")
  void retried() {
    world.change(Kind.CREATED, "alice", phone("r1"));
    world.answer(0);
    world.advance(1);
    assertThat(world.published).hasSize(1);
    world.advance(2);
    assertThat(world.published).hasSize(2);
    assertThat(world.body(1)).contains("event=\"created\"");
    world.answer(503);
    world.advance(3);
    assertThat(world.published).hasSize(2);
    world.advance(2);
    assertThat(world.published).hasSize(3);
    world.answer(200);
    world.advance(1_000);
    assertThat(world.published).hasSize(3);
  }

  @Test
  @DisplayName("What the server refuses for good is not tried again before something changes")
  void refused() {
    world.change(Kind.CREATED, "alice", phone("r1"));
    world.answer(403);
    world.advance(1_000);
    assertThat(world.published).hasSize(1);
    world.change(Kind.REFRESHED, "alice", phone("r1"));
    assertThat(world.published).hasSize(2);
  }

  @Test
  @DisplayName("PUA-127 what a NOTIFY has brought, or the script silences, is not published")
  void silent() {
    world.change(Kind.CREATED, "alice", phone("r1"), true, Set.of());
    world.change(Kind.CREATED, "bob", phone("r2"), false, Set.of(ScriptMark.REGINFO_SILENT));
    assertThat(world.published).isEmpty();
  }

  @Test
  @DisplayName("Nothing is published before the table has been read; then one document each")
  void notBeforeComplete() {
    world.complete = false;
    world.change(Kind.CREATED, "alice", phone("r1"));
    world.change(Kind.CREATED, "alice", phone("r2"));
    assertThat(world.published).isEmpty();
    world.completed();
    assertThat(world.published).hasSize(1);
    assertThat(world.body(0)).contains("id=\"r1\"", "id=\"r2\"");
  }

  @Test
  @DisplayName("What is silenced before the table has been read stays so afterwards")
  void earlySilence() {
    world.complete = false;
    world.change(Kind.CREATED, "bob", phone("r2"), false, Set.of(ScriptMark.REGINFO_SILENT));
    world.completed();
    assertThat(world.published).isEmpty();
    world.completed();
    assertThat(world.published).as("read again, because changes were lost").hasSize(1);
  }

  @Test
  @DisplayName("When the table has been read, what is published and differs from it is made good")
  void reconciled() {
    world.change(Kind.CREATED, "same", phone("r1"), true, Set.of());
    world.change(Kind.CREATED, "other", phone("r2"), true, Set.of());
    world.change(Kind.CREATED, "fresh", phone("r3"), true, Set.of());
    world.change(Kind.CREATED, "learned", phone("regi-0-1"), true, Set.of());
    hold("same", phone("r1"));
    hold("other", phone("r9"));
    hold("gone", phone("r8"));
    world.completed();
    assertThat(world.published)
        .extracting(o -> o.presentityUri())
        .containsExactlyInAnyOrder(
            "sip:other@example.org", "sip:gone@example.org", "sip:fresh@example.org");
  }

  @Test
  @DisplayName("A learned binding that expires is published only where its AOR is")
  void learnedExpires() {
    world.change(Kind.CREATED, "there", phone("regi-0-1"), true, Set.of());
    world.change(Kind.CREATED, "here", phone("regi-0-2"), true, Set.of());
    hold("here", phone("r1"));
    world.change(Kind.EXPIRED, "there", phone("regi-0-1"));
    world.change(Kind.EXPIRED, "here", phone("regi-0-2"));
    assertThat(world.published)
        .extracting(o -> o.presentityUri())
        .containsExactly("sip:here@example.org");
  }

  @Test
  @DisplayName("Whether the AOR is published is asked again when the table did not answer")
  void askedAgain() {
    hold("here", phone("r1"));
    world.answering = false;
    world.change(Kind.EXPIRED, "here", phone("regi-0-2"));
    world.advance(3);
    assertThat(world.published).isEmpty();
    world.answering = true;
    world.advance(3);
    assertThat(world.published).hasSize(1);
  }

  private void hold(final String user, final RegisteredContact contact) {
    final Aor aor = new Aor("location", user);
    world.held.add(
        new HeldPublication(
            aor.uri("example.org"),
            aor.id(),
            Optional.of(
                RegistrationDocument.of(
                    aor,
                    aor.uri("example.org"),
                    List.of(
                        new RegistrationDocument.Listed(
                            contact, RegistrationDocument.Event.REGISTERED)),
                    START))));
  }

  @Test
  @DisplayName(
      "After a start with ten thousand registrations a few PUBLISHes are under way at once")
  void paced() {
    for (int i = 0; i < 10_000; i++) {
      world.table.put(new Aor("location", "u" + i), List.of(phone("r" + i)));
    }
    world.completed();
    assertThat(world.published).hasSize(RegistrationPublisher.MOST_UNDER_WAY);
    while (!world.unanswered.isEmpty()) {
      world.answer(200);
    }
    assertThat(world.published).hasSize(10_000);
  }

  @Test
  @DisplayName(
      "The series lives an hour, or as long as the contacts; for ever with a permanent one")
  void lifetimes() {
    world.change(Kind.CREATED, "short", phone("r1"));
    world.change(Kind.CREATED, "long", contact("r2", "sip:x@y", START + 7_200));
    world.change(Kind.CREATED, "always", contact("r3", "sip:x@y", 0));
    assertThat(world.published).extracting(o -> o.lifetime()).containsExactly(3_600L, 7_200L, -1L);
    assertThat(world.body(2)).doesNotContain("expires=");
  }

  @Test
  @DisplayName("PUA-102 the document is well-formed whatever usrloc holds, and so is the URI")
  void wellFormed() throws Exception {
    final String odd = "sip:a@b;x=<&>\"'\u0001\ud800" + "y".repeat(600);
    world.change(Kind.CREATED, "a b%\u00e9", contact("r1", odd, START + 60));
    final RegisteredContact told = world.table.values().iterator().next().get(0);
    assertThat(told.uri()).hasSizeGreaterThan(600);
    assertThat(world.published.get(0).presentityUri()).isEqualTo("sip:a%20b%25%c3%a9@example.org");
    assertThat(world.body(0)).contains("x=&lt;&amp;&gt;&quot;'" + "y".repeat(600) + "</uri>");
    assertThat(ReginfoDocument.parse(world.published.get(0).body().orElseThrow()).full()).isTrue();
  }
}
