// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kamjvm.harness.differential.Scenario.Step;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenario language: what is understood, and where a mistake is said to be. */
class ScenarioParserTest {
  private static final String HEAD = "title A title\nkamailio baseline\n";

  private static Scenario parse(final String text) {
    return ScenarioParser.parse("some.txt", text);
  }

  private static Step only(final String text) {
    final Scenario scenario = parse(HEAD + text);
    assertThat(scenario.steps()).hasSize(1);
    return scenario.steps().get(0);
  }

  @Test
  @DisplayName("the head gives title, profile and databases; comments and empty lines do not count")
  void head() {
    final Scenario scenario =
        parse(
            "# a comment\ntitle A title\n\nkamailio memory\non sqlite postgres\nalone\nrestart\n");
    assertThat(scenario.title()).isEqualTo("A title");
    assertThat(scenario.profile()).isEqualTo("memory");
    assertThat(scenario.databases()).containsExactly("sqlite", "postgres");
    assertThat(scenario.needsOwnPair()).isTrue();
  }

  @Test
  @DisplayName("only what restarts, or asks for it, needs Kamailios of its own")
  void shared() {
    assertThat(parse(HEAD + "pause 1 s").needsOwnPair()).isFalse();
    assertThat(parse(HEAD + "restart").needsOwnPair()).isTrue();
  }

  @Test
  @DisplayName("a request has its words, its changes and what must be heard")
  void request() {
    final Step step =
        only(
            """
            bob/desk PUBLISH for carol expires 60 pidf t open "a note" -> 200
              with X-Sender: sip:x@example.org
              add Via: something
              without Event
              uri nonsense
              returns -1
              alice hears NOTIFY active containing "a note"
            """);
    final Action.Request request = (Action.Request) step.action();
    assertThat(request.who()).isEqualTo("bob/desk");
    assertThat(request.whom()).isEqualTo("carol");
    assertThat(request.expires()).contains("60");
    assertThat(request.body().orElseThrow().text()).contains("{carol.uri}", "a note");
    assertThat(request.changes())
        .extracting(Action.Change::kind)
        .containsExactly(
            Action.Change.Kind.WITH,
            Action.Change.Kind.ADD,
            Action.Change.Kind.WITHOUT,
            Action.Change.Kind.URI);
    assertThat(request.returns()).contains("-1");
    assertThat(step.hears()).containsExactly(new Scenario.Hears("alice", "active", "a note"));
    assertThat(step.line()).isEqualTo(3);
  }

  @Test
  @DisplayName("a body is written line by line and ends its lines with CRLF")
  void body() {
    final Step step = only("bob PUBLISH -> 200\n  body text/plain\n  | one\n  |   two\n");
    assertThat(((Action.Request) step.action()).body())
        .contains(new Action.Body("text/plain", "one\r\n  two\r\n"));
  }

  @Test
  @DisplayName("a deviation says who shows what; it belongs to its step, or to all")
  void deviations() {
    final Scenario scenario =
        parse(
            HEAD
                + """
                deviates row "a row": everywhere
                  ours * | X: *
                bob PUBLISH -> 400
                  deviates D-08: here
                    stock only alice NOTIFY *
                    ours bob | 400 *
                """);
    assertThat(scenario.deviations()).hasSize(1);
    final DeclaredDeviation here = scenario.steps().get(0).deviations().get(0);
    assertThat(here.id()).isEqualTo("D-08");
    assertThat(here.differences())
        .extracting(DeclaredDeviation.Difference::whole)
        .containsExactly(true, false);
    assertThat(
            here.differences().get(1).covers(DeclaredDeviation.Side.OURS, "bob", "400 Bad request"))
        .isTrue();
    assertThat(
            here.differences()
                .get(1)
                .covers(DeclaredDeviation.Side.STOCK, "bob", "400 Bad request"))
        .isFalse();
  }

  @Test
  @DisplayName("statements go on in lines that begin with |")
  void statement() {
    final Step step = only("sql UPDATE presentity\n  | SET body = 'x -> y'");
    assertThat(step.action()).isEqualTo(new Action.Sql("UPDATE presentity SET body = 'x -> y'"));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(3, "bob JUMPS -> 200", "not understood: JUMPS"),
        arguments(3, "bob PUBLISH", "missing: -> and what is expected"),
        arguments(3, "bob PUBLISH -> soon", "a number expected, not soon"),
        arguments(3, "bob PUBLISH quickly -> 200", "not understood: quickly"),
        arguments(3, "Bob PUBLISH -> 200", "not a participant's name: Bob"),
        arguments(3, "rows nothing -> 1", "one of presentity"),
        arguments(3, "pause 3 weeks", "one of ms, s expected"),
        arguments(3, "restart now", "not understood: now"),
        arguments(3, "call f {bob.shoe} -> 1", "unknown placeholder {bob.shoe}"),
        arguments(4, "restart\n  with X: y", "not understood: with X: y"),
        arguments(4, "bob PUBLISH -> 200\n  with nothing", "'Name: value' expected"),
        arguments(
            4, "bob PUBLISH -> 200\n  alice hears INVITE", "'who hears NOTIFY state' expected"),
        arguments(4, "bob PUBLISH -> 200\n  | text", "'|' continues sql"),
        arguments(4, "bob PUBLISH -> 200\n  stock bob | 200", "no 'deviates' above this line"),
        arguments(4, "bob PUBLISH -> 200\n  deviates because", "'deviates D-nn"),
        arguments(
            4, "bob PUBLISH -> 200\n  deviates D-08: nothing", "a deviation says what differs"),
        arguments(5, "restart\n  deviates D-08: x\n    stock bob", "'stock|ours [only] who"),
        arguments(3, "  bob PUBLISH -> 200", "no step above this line"),
        arguments(4, "restart\ntitle Another", "belongs to the head"));
  }

  @ParameterizedTest(name = "line {0}: {2}")
  @DisplayName("a mistake is told with file and line")
  @MethodSource
  void mistakes(final int line, final String text, final String what) {
    assertThatThrownBy(() -> parse(HEAD + text))
        .isInstanceOf(ScenarioSyntaxException.class)
        .hasMessageStartingWith("some.txt:" + line + ": ")
        .hasMessageContaining(what);
  }

  @Test
  @DisplayName("a scenario without title, profile or steps is none")
  void incomplete() {
    assertThatThrownBy(() -> parse("title A title\nrestart\n"))
        .isInstanceOf(ScenarioSyntaxException.class)
        .hasMessageContaining("title, kamailio and at least one step are needed");
  }

  @Test
  @DisplayName("a profile is read; a mistake is told with its line")
  void profile() {
    final Profile profile =
        Profile.parse("p", "# x\ndatabase memory\npresence max_expires 5\nline modparam(1, 2)\n");
    assertThat(profile.databases()).containsExactly("memory");
    assertThat(profile.lines())
        .containsExactly(
            new Profile.Line("presence", "max_expires 5"),
            new Profile.Line("line", "modparam(1, 2)"));
    assertThatThrownBy(() -> Profile.parse("p", "database memory\nabsence x 1\n"))
        .hasMessageContaining("p:2: not understood: absence x 1");
  }
}
