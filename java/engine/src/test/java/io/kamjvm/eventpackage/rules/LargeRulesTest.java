// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import io.kamjvm.eventpackage.xml.XmlLimits;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules that are as many as they may be, applied to documents that are as large as they may be. */
class LargeRulesTest {
  private static final int MOST = RulesetParser.MOST;

  private final RulesetParser parser = new RulesetParser();

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String rule(final String transformations) {
    return "<rule><transformations>" + transformations + "</transformations></rule>";
  }

  private static String ruleset(final String rules) {
    return "<ruleset>" + rules + "</ruleset>";
  }

  private static String each(final int count, final String text) {
    final StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(text.replace("#", Integer.toString(i)));
    }
    return all.toString();
  }

  private static Stream<Arguments> large() {
    final String notes = "<presence>" + "<note/>".repeat(4_090) + "</presence>";
    final String named = "<presence>" + "<tuple id='a'/>".repeat(4_090) + "</presence>";
    final String declared =
        "<presence xmlns:p='u'>"
            + ("<x xmlns:a='u'>" + "<p:a/>".repeat(15) + "</x>").repeat(250)
            + "</presence>";
    final String contacts =
        "<presence><tuple>"
            + "<y/>".repeat(4_000)
            + "<class>a</class><deviceID>a</deviceID><contact>a:b</contact></tuple></presence>";
    return Stream.of(
        Arguments.of("names", each(MOST, "<provide-c#>false</provide-c#>"), notes),
        Arguments.of(
            "names in namespaces",
            each(
                MOST,
                "<provide-unknown-attribute name='a' ns='n#'>false"
                    + "</provide-unknown-attribute>"),
            declared),
        Arguments.of(
            "lists that all name the same",
            each(
                MOST / 2,
                "<provide-services><occurrence-id>a</occurrence-id><class>#</class>"
                    + "</provide-services>"),
            named),
        Arguments.of(
            "selectors",
            "<provide-services>"
                + each(MOST, "<service-uri>#</service-uri>")
                + "</provide-services>",
            contacts),
        Arguments.of(
            "lists of selectors of all kinds",
            each(
                MOST / 4,
                "<provide-services><class>a</class><deviceID>#</deviceID>"
                    + "<service-uri>#</service-uri><service-uri-scheme>#</service-uri-scheme>"
                    + "</provide-services>"),
            contacts));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("large")
  @DisplayName("a document costs what it costs to read it, whatever the rules say")
  void large(final String what, final String transformations, final String document) {
    final PresenceFilter filter = new PresenceFilter();
    final Transformations many = transformations(transformations);
    final Transformations one = transformations("<provide-mood>false</provide-mood>");
    final byte[] state = utf8(document);
    long cpu = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      filter.apply(state, one);
      final long before = cpuTime();
      filter.apply(state, many);
      cpu = Math.min(cpu, cpuTime() - before);
    }
    assertThat(cpu).as(what).isLessThan(50_000_000L);
  }

  private Transformations transformations(final String text) {
    return parser.parse(utf8(ruleset(rule(text)))).rules().get(0).transformations();
  }

  private static long cpuTime() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadCpuTime();
  }

  @Test
  @DisplayName("lists of selectors that all name a component grant it, and only then")
  void lists() {
    final byte[] state =
        utf8("<presence><tuple id='A'><class>x</class></tuple><tuple id='b'/></presence>");
    final String one = "<provide-services><occurrence-id>a</occurrence-id></provide-services>";
    final String two =
        "<provide-services><class>X</class><occurrence-id>b</occurrence-id></provide-services>";
    assertThat(left(state, one)).contains("id=\"A\"").doesNotContain("id=\"b\"");
    assertThat(left(state, two)).isEqualTo(new String(state, StandardCharsets.UTF_8));
    assertThat(left(state, one + two)).contains("id=\"A\"").doesNotContain("id=\"b\"");
    assertThat(left(state, one + "<provide-services/>")).doesNotContain("tuple");
  }

  private String left(final byte[] state, final String transformations) {
    return new String(
        new PresenceFilter().apply(state, transformations(transformations)),
        StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("names in a namespace are hidden there alone, whatever prefix stands for it")
  void namespaces() {
    final byte[] state =
        utf8(
            "<presence xmlns='n' xmlns:p='m'><p:a/><x xmlns='m' xmlns:p='n'><a/><p:a/></x>"
                + "<a/></presence>");
    assertThat(
            left(
                state,
                "<provide-unknown-attribute name='A' ns='m'>false</provide-unknown-attribute>"))
        .contains("<x xmlns=\"m\" xmlns:p=\"n\"><p:a/></x><a/>")
        .doesNotContain("/><p:a/><x");
  }

  @Test
  @DisplayName("more of anything than may be: nobody is judged by the document")
  void tooMany() {
    final String selector = "<class>a</class>";
    final List<String> documents =
        List.of(
            each(MOST, "<rule/>") + "|<rule/>",
            "<rule><conditions>" + each(MOST, "<sphere/>") + "|<sphere/></conditions></rule>",
            each(MOST, rule("<provide-c>false</provide-c>"))
                .replaceFirst(
                    "</transformations>", "|<provide-c>false</provide-c></transformations>"),
            rule(
                "<provide-services>"
                    + each(MOST, selector)
                    + "|"
                    + selector
                    + "</provide-services>"));
    for (final String document : documents) {
      final int bar = document.indexOf('|');
      final String most = document.substring(0, bar) + without(document.substring(bar + 1));
      assertThat(parser.parse(utf8(ruleset(most))).rules()).isNotEmpty();
      assertThatThrownBy(() -> parser.parse(utf8(ruleset(document.replace("|", "")))))
          .isInstanceOf(UnusableRulesException.class)
          .hasMessageContaining("more than 256");
    }
  }

  /** What is left behind its first element. */
  private static String without(final String text) {
    return text.replaceFirst("^(<[a-z-]+/>|<([a-z-]+)>[a-z]*</\\2>)", "");
  }

  @Test
  @DisplayName("many small publications together can be filtered, though none may be that much")
  void manyPublications() throws Exception {
    final PidfPackage pidf = new PidfPackage(new PidfSettings(3600, false, Optional.empty()));
    final List<Document> publications = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      publications.add(
          pidf.parse(
              utf8(
                  "<presence xmlns:p='u'><tuple id='"
                      + i
                      + "'/>"
                      + "<p:c/>".repeat(12)
                      + each(6, "<a xmlns:n='u'/>")
                      + "<q>"
                      + "<b/>".repeat(90)
                      + "</q>"
                      + "</presence>")));
    }
    final byte[] state = pidf.state("sip:a@d", publications, OptionalInt.empty()).orElseThrow();
    assertThat(state.length).isBetween(40_000, XmlLimits.BYTES);
    assertThat(left(state, "<provide-c>false</provide-c>"))
        .contains(" id=\"0\"/>", " id=\"63\"/>")
        .doesNotContain("p:c");
  }
}
