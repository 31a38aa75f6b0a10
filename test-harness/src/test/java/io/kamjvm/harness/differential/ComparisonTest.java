// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What counts as a difference, and what a declaration covers. */
class ComparisonTest {
  private static final int STEP = 3;

  private static Scenario scenario(final String... declared) {
    return ScenarioParser.parse(
        "some.txt",
        "title T\nkamailio memory\nbob PUBLISH -> 200\n"
            + (declared.length == 0 ? "" : "  deviates D-08: why\n    ")
            + String.join("\n    ", declared));
  }

  private static Entry notify(final String... lines) {
    final List<String> all = new ArrayList<>(List.of("NOTIFY sip:alice SIP/2.0"));
    all.addAll(List.of(lines));
    return new Entry(STEP, "alice", Entry.Kind.REQUEST, all);
  }

  private static Transcript transcript(final Entry... entries) {
    return new Transcript(List.of(entries), List.of());
  }

  @Test
  @DisplayName("equal transcripts have no problems")
  void equal() {
    assertThat(
            Comparison.problems(
                scenario(), transcript(notify("CSeq: +1")), transcript(notify("CSeq: +1"))))
        .isEmpty();
  }

  @Test
  @DisplayName("a line that differs is a problem that names step, side and line")
  void differs() {
    final List<String> problems =
        Comparison.problems(
            scenario(), transcript(notify("CSeq: +1")), transcript(notify("CSeq: +2")));
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0))
        .contains("line 3: bob PUBLISH", "stock alice | CSeq: +1", "ours  alice | CSeq: +2");
  }

  @Test
  @DisplayName("the order of headers counts")
  void order() {
    assertThat(
            Comparison.problems(
                scenario(),
                transcript(notify("Event: x", "Contact: y")),
                transcript(notify("Contact: y", "Event: x"))))
        .hasSize(1);
  }

  @Test
  @DisplayName("a message that only one side has is a problem, unless it is declared")
  void missing() {
    final Transcript stock = transcript(notify("CSeq: +1"), notify("CSeq: +1", "again"));
    final Transcript ours = transcript(notify("CSeq: +1", "again"));
    assertThat(Comparison.problems(scenario(), stock, ours).get(0)).contains("stock alice only:");
    assertThat(Comparison.problems(scenario("stock only alice NOTIFY *"), stock, ours)).isEmpty();
    assertThat(Comparison.problems(scenario("ours only alice NOTIFY *"), stock, ours)).hasSize(2);
  }

  @Test
  @DisplayName("what is declared and does not show is a problem")
  void unused() {
    assertThat(
            Comparison.problems(
                scenario("stock alice | CSeq: +1"),
                transcript(notify("CSeq: +1")),
                transcript(notify("CSeq: +1"))))
        .containsExactly("line 5: D-08 is declared, but does not show: CSeq: +1");
  }

  @Test
  @DisplayName("a declaration covers its line and no other")
  void covers() {
    assertThat(
            Comparison.problems(
                scenario("stock alice | CSeq: *", "ours alice | CSeq: +2"),
                transcript(notify("CSeq: +1", "Event: x")),
                transcript(notify("CSeq: +2", "Event: y"))))
        .singleElement()
        .asString()
        .contains("Event: x", "Event: y")
        .doesNotContain("stock alice | CSeq");
  }

  @Test
  @DisplayName("what a run failed to give is a problem of that side")
  void failures() {
    assertThat(
            Comparison.problems(
                scenario(), transcript(), new Transcript(List.of(), List.of("line 3: silence"))))
        .containsExactly("ours: line 3: silence");
  }

  @Test
  @DisplayName("messages pair with those they resemble most, in order")
  void alignment() {
    final Entry one = notify("body one");
    final Entry two = notify("body two");
    final Entry three = notify("body three");
    final List<Alignment.Pair> pairs = Alignment.of(List.of(one, two, three), List.of(one, three));
    assertThat(pairs).hasSize(3);
    assertThat(pairs.get(1).stock()).contains(two);
    assertThat(pairs.get(1).ours()).isEmpty();
    assertThat(pairs.get(2).ours()).contains(three);
  }
}
