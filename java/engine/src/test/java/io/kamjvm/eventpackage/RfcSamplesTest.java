// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.eventpackage.mwi.MessageSummaryPackage;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents as the RFCs show them, whole and with something missing that must be there. */
class RfcSamplesTest {
  private static final String ANN = "sip:ann@lab.example";

  private final XmlParser parser = new XmlParser();

  private static Stream<Arguments> samples() {
    return Samples.xml().stream()
        .flatMap(
            sample ->
                XmlPackages.all().stream()
                    .filter(p -> p.name().equals(sample.event()))
                    .map(p -> Arguments.of(sample, p)));
  }

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String canonical(final XmlElement element) {
    final StringBuilder text = new StringBuilder();
    final List<XmlNode> children = new ArrayList<>();
    for (final XmlNode child : element.children()) {
      if (child instanceof XmlElement inner) {
        children.add(new XmlNode.Comment(canonical(inner)));
      } else if (child instanceof XmlNode.Text words && !words.value().isBlank()) {
        children.add(words);
      }
    }
    XmlText.append(
        text, new XmlElement("", element.localName(), Map.of(), element.attributes(), children));
    return text.toString();
  }

  private List<String> children(final byte[] document) throws Exception {
    return parser.parse(document).root().children().stream()
        .filter(XmlElement.class::isInstance)
        .map(child -> canonical((XmlElement) child))
        .toList();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("samples")
  @DisplayName("what is published is what is shown, element by element")
  void shown(final Samples sample, final EventPackage with) throws Exception {
    final Document document = with.parse(utf8(sample.text()));
    final byte[] state = with.state(ANN, List.of(document), OptionalInt.empty()).orElseThrow();
    final byte[] seen =
        with.view(
            state, new Watcher(ANN, ANN, Optional.empty(), Optional.empty(), Optional.empty(), 12));
    assertThat(children(seen)).isEqualTo(children(utf8(sample.text()))).isNotEmpty();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("samples")
  @DisplayName("a missing attribute costs the document nothing but itself, and others nothing")
  void attributesMissing(final Samples sample, final EventPackage with) throws Exception {
    final Document whole = with.parse(utf8(sample.text()));
    for (final String required : sample.required()) {
      final String poor = without(sample.text(), required);
      assertThat(poor).as(required).isNotEqualTo(sample.text());
      final Document document = with.parse(utf8(poor));
      for (final List<Document> documents :
          List.of(List.of(document), List.of(document, whole), List.of(whole, document))) {
        for (int offline = -1; offline < documents.size(); offline++) {
          final Optional<byte[]> state =
              with.state(
                  ANN, documents, offline < 0 ? OptionalInt.empty() : OptionalInt.of(offline));
          if (state.isPresent()) {
            assertThat(parser.parse(state.get()).root()).as(required).isNotNull();
          }
        }
      }
    }
  }

  /** The document without this attribute in the first such element. */
  private static String without(final String text, final String required) {
    final String[] names = required.split("@");
    return text.replaceFirst(
        "(<" + names[0] + "(?=\\s)[^>]*?)\\s+" + names[1] + "=\"[^\"]*\"", "$1");
  }

  @Test
  @DisplayName("what is merged is what was published, whatever letters and prefixes it has")
  void merged() throws Exception {
    final EventPackage presence = XmlPackages.all().get(0);
    final List<Document> documents =
        List.of(
            presence.parse(utf8(Samples.PIDF.text())),
            presence.parse(utf8(Samples.RPID.text())),
            presence.parse(utf8(Samples.DATA_MODEL.text())));
    final List<String> all = new ArrayList<>(children(utf8(Samples.DATA_MODEL.text())));
    all.addAll(children(utf8(Samples.RPID.text())));
    all.addAll(children(utf8(Samples.PIDF.text())));
    final byte[] state = presence.state(ANN, documents, OptionalInt.empty()).orElseThrow();
    assertThat(children(state)).isEqualTo(all);
  }

  @Test
  @DisplayName("a message summary is itself; without its first line's parts it is none")
  void messageSummary() throws Exception {
    final MessageSummaryPackage mwi = new MessageSummaryPackage(3600);
    final byte[] body = utf8(Samples.MESSAGE_SUMMARY);
    assertThat(mwi.state(ANN, List.of(mwi.parse(body)), OptionalInt.empty())).contains(body);
    for (final String part : List.of("Messages-Waiting", ":", " ", "yes", "\r", "\n")) {
      final byte[] poor = utf8(Samples.MESSAGE_SUMMARY.replaceFirst(Pattern.quote(part), ""));
      assertThatThrownBy(() -> mwi.parse(poor)).isInstanceOf(UnacceptableBodyException.class);
    }
  }
}
