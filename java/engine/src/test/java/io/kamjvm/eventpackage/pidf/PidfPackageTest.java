// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.xml.XmlLimits;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Node;

class PidfPackageTest {
  private static final String PIDF = "urn:ietf:params:xml:ns:pidf";
  private static final String NEWER =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
          + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
          + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:ann@lab.example\">"
          + "<tuple id=\"t2\"><status><basic>open</basic></status></tuple><dm:person id=\"p2\">"
          + "<rpid:activities><rpid:meeting/></rpid:activities></dm:person></presence>";
  private static final String OLDER =
      "<?xml version=\"1.0\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
          + " xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
          + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"sip:ann@lab.example\">\n"
          + "  <tuple id=\"t1\">\n    <status><basic>open</basic></status>\n"
          + "    <contact>sip:ann@192.0.2.7</contact>\n  </tuple>\n"
          + "  <dm:person id=\"p1\"><rpid:activities><rpid:away/></rpid:activities></dm:person>\n"
          + "</presence>\n";

  private final PidfPackage pidf = new PidfPackage(new PidfSettings(3600, false, Optional.empty()));

  private Document parse(final String text) throws UnacceptableBodyException {
    return pidf.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private String merge(final String... oldestFirst) throws UnacceptableBodyException {
    return state(pidf, OptionalInt.empty(), oldestFirst).orElseThrow();
  }

  private Optional<String> state(
      final PidfPackage with, final OptionalInt offline, final String... oldestFirst)
      throws UnacceptableBodyException {
    final List<Document> documents = new ArrayList<>();
    for (final String text : oldestFirst) {
      documents.add(with.parse(text.getBytes(StandardCharsets.UTF_8)));
    }
    return with.state("sip:ann@lab.example", documents, offline)
        .map(b -> new String(b, StandardCharsets.UTF_8));
  }

  /** The meaning of a document: expanded names, attributes, text that is not blank. */
  private static String meaning(final String text) {
    try {
      final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setCoalescing(true);
      final StringBuilder out = new StringBuilder();
      describe(
          factory
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
              .getDocumentElement(),
          out);
      return out.toString();
    } catch (final Exception e) {
      throw new AssertionError(text, e);
    }
  }

  private static void describe(final Node node, final StringBuilder out) {
    if (node.getNodeType() == Node.TEXT_NODE) {
      out.append(node.getTextContent().strip());
      return;
    }
    out.append("<{").append(node.getNamespaceURI()).append('}').append(node.getLocalName());
    final TreeMap<String, String> attributes = new TreeMap<>();
    for (int i = 0; i < node.getAttributes().getLength(); i++) {
      final Node attribute = node.getAttributes().item(i);
      if (!attribute.getNodeName().startsWith("xmlns")) {
        attributes.put(attribute.getNodeName(), attribute.getNodeValue());
      }
    }
    out.append(attributes).append('>');
    for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
      describe(child, out);
    }
    out.append("</>");
  }

  @Test
  @DisplayName("two publications are merged: the newer is the base, the older is appended")
  void mergesAsTheSample() throws Exception {
    final String merged = merge(OLDER, NEWER);
    assertThat(meaning(merged))
        .isEqualTo(
            meaning(
                NEWER.replace(
                    "</presence>",
                    "<tuple"
                        + " id=\"t1\"><status><basic>open</basic></status><contact>sip:ann@192.0.2.7</contact></tuple><dm:person"
                        + " id=\"p1\">"
                        + "<rpid:activities><rpid:away/></rpid:activities></dm:person></presence>")));
    assertThat(merged)
        .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"")
        .endsWith("</presence>\n")
        .contains("<tuple xmlns=\"urn:ietf:params:xml:ns:pidf\" id=\"t1\">");
    assertThat(merge(NEWER, OLDER)).startsWith("<?xml version=\"1.0\"?>\n<presence");
  }

  @Test
  @DisplayName("a document whose first tuple is already there is left out whole")
  void dropsDuplicates() throws Exception {
    final String same = NEWER.replace("id=\"t2\"", "id=\"T1\"");
    assertThat(meaning(merge(OLDER, same))).isEqualTo(meaning(same));
    assertThat(merge(OLDER, NEWER, same)).contains("p2").doesNotContain("p1");
  }

  @Test
  @DisplayName("an older document keeps its own namespaces under a base with other prefixes")
  void keepsNamespaces() throws Exception {
    final String base =
        "<x:presence xmlns:x=\"" + PIDF + "\" entity=\"sip:a@b\"><x:tuple id=\"b\"/></x:presence>";
    final String prefixed =
        "<p:presence xmlns:p=\""
            + PIDF
            + "\" xmlns:q=\"urn:q\" entity=\"sip:a@b\">"
            + "<p:tuple id=\"o\" q:kind=\"z\"><p:status/></p:tuple></p:presence>";
    final String bare = "<presence entity=\"sip:a@b\"><tuple id=\"n\"><status/></tuple></presence>";
    final String merged = merge(bare, prefixed, base);
    assertThat(meaning(merged))
        .contains("{" + PIDF + "}tuple{id=b}")
        .contains("{" + PIDF + "}tuple{id=o, q:kind=z}><{" + PIDF + "}status")
        .contains("{null}tuple{id=n}><{null}status");
    final String defaulted = "<presence xmlns=\"" + PIDF + "\"><tuple id=\"b\"/></presence>";
    assertThat(meaning(merge(bare, defaulted))).contains("{null}tuple{id=n}><{null}status");
  }

  @Test
  @DisplayName("prefixes that only values use are declared where the element moves")
  void keepsPrefixesInValues() throws Exception {
    final String older =
        "<presence xmlns=\""
            + PIDF
            + "\" xmlns:v=\"urn:v\" xmlns:unused=\"urn:u\">"
            + "<tuple id=\"o\"><kind>v:thing</kind></tuple></presence>";
    final String merged = merge(older, NEWER);
    assertThat(merged).contains("xmlns:v=\"urn:v\"").doesNotContain("urn:u");
  }

  @Test
  @DisplayName("a tuple without id, or no presence element: the base as it was published")
  void noResult() throws Exception {
    final String nameless = "<presence xmlns=\"" + PIDF + "\"><tuple/></presence>";
    assertThat(state(pidf, OptionalInt.empty(), nameless, NEWER)).contains(NEWER);
    assertThat(state(pidf, OptionalInt.empty(), NEWER, nameless)).contains(nameless);
    assertThat(state(pidf, OptionalInt.empty(), "<other/>")).contains("<other/>");
    assertThat(state(pidf, OptionalInt.of(0), "<other/>")).isEmpty();
    assertThat(state(pidf, OptionalInt.empty(), nameless)).isPresent();
  }

  @Test
  @DisplayName("the document that leaves is reduced to its first tuple, closed")
  void rendersOffline() throws Exception {
    assertThat(meaning(state(pidf, OptionalInt.of(0), OLDER).orElseThrow()))
        .isEqualTo(
            meaning(
                "<presence xmlns=\""
                    + PIDF
                    + "\" entity=\"sip:ann@lab.example\"><tuple id=\"t1\">"
                    + "<status><basic>closed</basic></status></tuple></presence>"));
    final String both = state(pidf, OptionalInt.of(0), OLDER, NEWER).orElseThrow();
    assertThat(meaning(both)).contains("meeting").contains("closed").doesNotContain("away");
    assertThat(state(pidf, OptionalInt.of(0), "<presence><tuple id=\"1\"/></presence>")).isEmpty();
  }

  @Test
  @DisplayName("text is escaped again: merging can not turn data into markup")
  void escapes() throws Exception {
    final String tricky =
        "<presence xmlns=\""
            + PIDF
            + "\" entity=\"a&quot;b&lt;\"><tuple id=\"x\">"
            + "<note><![CDATA[</note><evil/>]]>&amp;&#13;</note></tuple></presence>";
    assertThat(meaning(merge(tricky))).isEqualTo(meaning(tricky));
    assertThat(meaning(merge(tricky, NEWER))).doesNotContain("{" + PIDF + "}evil");
  }

  @Test
  @DisplayName("documents in other encodings are understood and delivered as UTF-8")
  void encodings() throws Exception {
    for (final String name : List.of("ISO-8859-1", "UTF-16")) {
      final String text =
          "<?xml version=\"1.0\" encoding=\""
              + name
              + "\"?><presence xmlns=\""
              + PIDF
              + "\"><tuple id=\"1\"><note>gr\u00fcn</note></tuple></presence>";
      final Document document = pidf.parse(text.getBytes(Charset.forName(name)));
      final byte[] state =
          pidf.state("sip:a@b", List.of(document), OptionalInt.empty()).orElseThrow();
      assertThat(new String(state, StandardCharsets.UTF_8)).contains("gr\u00fcn").contains("UTF-8");
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what is not well-formed, or reaches outside, is answered 415")
  @ValueSource(
      strings = {
        "",
        " ",
        "\ufeff",
        "text",
        "<presence>",
        "<presence/><presence/>",
        "<presence a='1' a='2'/>",
        "<p:presence/>",
        "<presence>&undeclared;</presence>",
        "<!DOCTYPE presence><presence/>",
        "<!DOCTYPE presence [<!ENTITY a \"b\">]><presence>&a;</presence>",
        "<!DOCTYPE presence SYSTEM \"http://127.0.0.1:1/x.dtd\"><presence/>",
        "<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><presence>&x;</presence>"
      })
  void refuses(final String body) {
    assertThatThrownBy(() -> parse(body))
        .isInstanceOfSatisfying(
            UnacceptableBodyException.class,
            e -> {
              assertThat(e.code()).isEqualTo(415);
              assertThat(e.reason()).isEqualTo("Unsupported media type");
            });
  }

  @Test
  @DisplayName("depth, attributes and size are bounded")
  void bounds() throws Exception {
    final int most = XmlLimits.DEPTH;
    parse("<a>".repeat(most) + "</a>".repeat(most));
    assertThatThrownBy(() -> parse("<a>".repeat(most + 1) + "</a>".repeat(most + 1)))
        .isInstanceOf(UnacceptableBodyException.class);
    assertThatThrownBy(() -> parse("<a>".repeat(20_000)))
        .isInstanceOf(UnacceptableBodyException.class);
    final StringBuilder attributes = new StringBuilder("<a");
    for (int i = 0; i <= XmlLimits.ATTRIBUTES; i++) {
      attributes.append(" a").append(i).append("=''");
    }
    assertThatThrownBy(() -> parse(attributes + "/>"))
        .isInstanceOf(UnacceptableBodyException.class);
    assertThatThrownBy(() -> parse("<a>" + "x".repeat(XmlLimits.BYTES) + "</a>"))
        .isInstanceOf(UnacceptableBodyException.class);
  }

  @Test
  @DisplayName("the dummy document is shown only when asked for and nothing is stored")
  void dummy() throws Exception {
    assertThat(pidf.state("sip:ann@d", List.of(), OptionalInt.empty())).isEmpty();
    final PidfPackage friendly = new PidfPackage(new PidfSettings(3600, true, Optional.empty()));
    final String body = state(friendly, OptionalInt.empty()).orElseThrow();
    assertThat(meaning(body)).contains("entity=ann").contains("open").contains("Available");
    assertThat(new PidfChecks().basic(body.getBytes(StandardCharsets.UTF_8), "OPEN")).isEqualTo(1);
  }

  @Test
  @DisplayName("single-body mode delivers the document that ranks highest")
  void singleBody() throws Exception {
    final PidfPackage single =
        new PidfPackage(
            new PidfSettings(
                3600,
                false,
                Optional.of(
                    new PidfSettings.SingleBody("Available|Ringing|On the Phone", "note"))));
    final String phone = note("On the Phone");
    final String available = note("Available");
    assertThat(state(single, OptionalInt.empty(), phone, available).orElseThrow())
        .contains("On the Phone")
        .doesNotContain("Available");
    assertThat(state(single, OptionalInt.empty(), available, phone).orElseThrow())
        .contains("On the Phone");
    assertThat(state(single, OptionalInt.empty(), phone, note("unknown"), NEWER).orElseThrow())
        .contains("meeting");
  }

  private static String note(final String text) {
    return "<presence xmlns=\""
        + PIDF
        + "\"><tuple id=\""
        + text.hashCode()
        + "\"><note>"
        + text
        + "</note></tuple></presence>";
  }
}
