// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import static io.kamjvm.puareginfo.ReginfoWorld.START;
import static io.kamjvm.puareginfo.ReginfoWorld.contact;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.AorRule;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.ContactChange.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a document means for the location table. */
class LocationPlanTest {
  private final ReginfoWorld world = new ReginfoWorld();
  private final LearnedContacts learned = new LearnedContacts(world);
  private final String prefix = LearnedContacts.ruidPrefix("sip:a@x", "sip:b@y");

  private List<LocationPlan.Planned> plan(final AorRule rule, final String text)
      throws UnusableDocumentException {
    return new LocationPlan("location", rule, prefix, START)
        .of(ReginfoDocument.parse(text.getBytes(StandardCharsets.UTF_8)), learned);
  }

  private static String active(final String aor, final String... uris) {
    final StringBuilder text = new StringBuilder("<registration state='active' aor='" + aor + "'>");
    for (final String uri : uris) {
      text.append("<contact event='created' expires='60' callid='k'><uri>")
          .append(uri)
          .append("</uri></contact>");
    }
    return text.append("</registration>").toString();
  }

  @Test
  @DisplayName("PUA-125 PUA-126 the key is the registrar's, with and without domain")
  void keys() throws UnusableDocumentException {
    final String text =
        "<reginfo>" + active("sip:%41lice@X.org:5060;a=b", "sip:c@d") + "</reginfo>";
    assertThat(plan(new AorRule(false, false, ""), text).get(0).aor())
        .isEqualTo(new Aor("location", "alice"));
    assertThat(plan(new AorRule(true, true, ""), text).get(0).aor())
        .isEqualTo(new Aor("location", "Alice@x.org"));
  }

  @Test
  @DisplayName(
      "A full document takes away what its subscription taught, of AORs it is silent about too")
  void full() throws UnusableDocumentException {
    world.listen(learned);
    world.change(Kind.CREATED, "alice", contact(prefix + "1", "sip:kept@1", START + 60));
    world.change(Kind.CREATED, "alice", contact(prefix + "2", "sip:lost@1", START + 60));
    world.change(Kind.CREATED, "alice", contact("ulcx-3", "sip:local@1", START + 60));
    world.change(Kind.CREATED, "alice", contact("regi-ffffffff-4", "sip:else@1", START + 60));
    world.change(Kind.CREATED, "bob", contact(prefix + "5", "sip:bob@1", START + 60));
    final String said = active("sip:alice@x", "sip:kept@1");
    final AorRule rule = new AorRule(false, false, "");
    final List<LocationPlan.Planned> plan =
        plan(rule, "<reginfo state='full'>" + said + "</reginfo>");
    assertThat(plan)
        .extracting(p -> p.aor().key() + removed(p))
        .containsExactly("alice[sip:lost@1]", "bob[sip:bob@1]");
    assertThat(plan(rule, "<reginfo state='partial'>" + said + "</reginfo>"))
        .extracting(LocationPlanTest::removed)
        .containsExactly(List.of());
    world.change(Kind.EXPIRED, "bob", contact(prefix + "5", "sip:bob@1", START + 60));
    assertThat(plan(rule, "<reginfo state='full'>" + said + "</reginfo>")).hasSize(1);
  }

  private static List<String> removed(final LocationPlan.Planned planned) {
    return planned.actions().stream()
        .filter(AorWork.Remove.class::isInstance)
        .map(a -> ((AorWork.Remove) a).uri())
        .toList();
  }

  @Test
  @DisplayName("What was learned before this engine lived is known when the table has been read")
  void afterRestart() {
    world.change(Kind.CREATED, "alice", contact(prefix + "1", "sip:a@1", START + 60));
    assertThat(learned.taughtBy(prefix)).isEmpty();
    learned.complete();
    assertThat(learned.taughtBy(prefix)).containsExactly(new Aor("location", "alice"));
  }

  @Test
  @DisplayName("A document of an older version in the same dialog is old, in another it is not")
  void versions() {
    final DocumentVersions versions = new DocumentVersions();
    assertThat(versions.isOld("d1", OptionalLong.of(5))).isFalse();
    assertThat(versions.isOld("d1", OptionalLong.of(5))).isFalse();
    assertThat(versions.isOld("d1", OptionalLong.of(4))).isTrue();
    assertThat(versions.isOld("d2", OptionalLong.of(0))).isFalse();
    assertThat(versions.isOld("d1", OptionalLong.empty())).isFalse();
  }
}
