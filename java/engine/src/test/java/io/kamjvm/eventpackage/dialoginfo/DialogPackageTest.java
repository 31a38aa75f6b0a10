// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dialoginfo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialogPackageTest {
  private static final String DESK = "sip:desk@lab.example";

  private final DialogPackage all = new DialogPackage(new DialogInfoSettings(3600, false, false));
  private final DialogPackage one = new DialogPackage(new DialogInfoSettings(3600, true, true));

  private static String info(final String content) {
    return "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\""
        + " version=\"5\" state=\"partial\" entity=\"sip:x@y\">"
        + content
        + "</dialog-info>";
  }

  private static String dialog(final String id, final String state) {
    return "<dialog id=\"" + id + "\"><state>" + state + "</state></dialog>";
  }

  private static Document parse(final String text) throws Exception {
    return new DialogPackage(new DialogInfoSettings(1, false, false))
        .parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> state(
      final DialogPackage with, final int offline, final String... contents) throws Exception {
    final List<Document> documents = new ArrayList<>();
    for (final String content : contents) {
      documents.add(parse(info(content)));
    }
    return with.state(DESK, documents, offline < 0 ? OptionalInt.empty() : OptionalInt.of(offline))
        .map(b -> new String(b, StandardCharsets.UTF_8));
  }

  /** {@code id=state} of each dialog. */
  private static String dialogs(final Optional<String> document) throws Exception {
    final StringBuilder found = new StringBuilder();
    final XmlElement root =
        new XmlParser().parse(document.orElseThrow().getBytes(StandardCharsets.UTF_8)).root();
    for (final XmlElement dialog : root.children("dialog")) {
      found
          .append(found.isEmpty() ? "" : " ")
          .append(dialog.attribute("id").orElse("-"))
          .append('=')
          .append(dialog.find("state").map(XmlElement::text).orElse("-"));
    }
    return found.toString();
  }

  private static Watcher watcher(final int version) {
    return new Watcher(
        DESK, "sip:bo@d", Optional.empty(), Optional.empty(), Optional.empty(), version);
  }

  @Test
  @DisplayName("all dialogs in one full document of the presentity's, in order of publication")
  void merged() throws Exception {
    assertThat(state(all, -1, dialog("d-1", "confirmed") + "text", dialog("d-2", "early")))
        .contains(
            """
            <?xml version="1.0"?>
            <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" \
            entity="sip:desk@lab.example">
              <dialog id="d-1"><state>confirmed</state></dialog>
              <dialog id="d-2"><state>early</state></dialog>
            </dialog-info>
            """);
  }

  @Test
  @DisplayName("equal ids and terminated dialogs stay; a document may have none")
  void nothingFiltered() throws Exception {
    assertThat(dialogs(state(all, -1, dialog("a", "terminated"), "", dialog("a", "early"))))
        .isEqualTo("a=terminated a=early");
    assertThat(state(all, -1, "").orElseThrow()).endsWith("entity=\"sip:desk@lab.example\"/>\n");
  }

  @Test
  @DisplayName("prefixes of a publisher's root go with its dialogs")
  void prefixes() throws Exception {
    final Document document =
        parse(
            "<d:dialog-info xmlns:d=\"urn:ietf:params:xml:ns:dialog-info\" xmlns:s=\"urn:x\">"
                + "<d:dialog id=\"a\" s:mark=\"1\"><d:state>early</d:state></d:dialog>"
                + "</d:dialog-info>");
    final byte[] state = all.state(DESK, List.of(document), OptionalInt.empty()).orElseThrow();
    assertThat(new XmlParser().parse(state).root().children("dialog").get(0).declarations())
        .containsEntry("d", "urn:ietf:params:xml:ns:dialog-info")
        .containsEntry("s", "urn:x");
  }

  @Test
  @DisplayName("a document without namespace is understood as one of dialog-info's")
  void withoutNamespace() throws Exception {
    final Document document = parse("<dialog-info><dialog id=\"a\"/></dialog-info>");
    final byte[] state = all.state(DESK, List.of(document), OptionalInt.empty()).orElseThrow();
    assertThat(new String(state, StandardCharsets.UTF_8)).contains("\n  <dialog id=\"a\"/>\n");
  }

  @Test
  @DisplayName(
      "a document that is removed is not shown; the only one with its dialogs ended (D-23)")
  void removed() throws Exception {
    final String talking = "<dialog id=\"a\"><state event=\"x\">confirmed</state><local/></dialog>";
    assertThat(dialogs(state(all, 0, talking, dialog("b", "early")))).isEqualTo("b=early");
    assertThat(dialogs(state(all, 1, talking, dialog("b", "early")))).isEqualTo("a=confirmed");
    assertThat(state(all, 0, talking).orElseThrow())
        .contains("<dialog id=\"a\"><state>terminated</state><local/></dialog>");
    assertThat(dialogs(state(all, 0, "<dialog id=\"c\"/>"))).isEqualTo("c=terminated");
    assertThat(dialogs(state(one, 0, talking, dialog("b", "early")))).isEqualTo("b=early");
  }

  @ParameterizedTest
  @DisplayName("a phone with one lamp is shown the most important dialog")
  @CsvSource({
    "x confirmed, y early, y=early",
    "x early, y confirmed, x=early",
    "x proceeding, y trying, x=proceeding",
    "x proceeding, y confirmed, y=confirmed",
    "x terminated, y trying, y=trying",
    "x terminated, y terminated, y=terminated",
    "x early, y early, y=early",
    "x confirmed, X terminated, X=terminated",
    "x early, X confirmed, X=confirmed",
    "x confirmed, x confirmed, x=confirmed",
    "x Early, y CONFIRMED, x=Early",
    "x ringing, y trying, y=trying",
    "x ringing, y busy, y=busy"
  })
  void single(final String first, final String second, final String shown) throws Exception {
    final String[] one1 = first.split(" ");
    final String[] two = second.split(" ");
    assertThat(dialogs(state(one, -1, dialog(one1[0], one1[1]), dialog(two[0], two[1]))))
        .isEqualTo(shown);
  }

  @Test
  @DisplayName("of three, what is over does not hide who is called; one document stays whole")
  void singleOfThree() throws Exception {
    assertThat(
            dialogs(
                state(
                    one,
                    -1,
                    dialog("X", "confirmed"),
                    dialog("X", "terminated"),
                    dialog("Y", "trying"))))
        .isEqualTo("Y=trying");
    assertThat(dialogs(state(one, -1, dialog("a", "early") + dialog("b", "confirmed"))))
        .isEqualTo("a=early b=confirmed");
    assertThat(state(one, -1, "<dialog id=\"a\"/>", "<dialog id=\"b\"/>")).isEmpty();
  }

  @Test
  @DisplayName("without documents nothing, or a terminated dialog if that is wanted")
  void dummy() throws Exception {
    assertThat(state(all, -1)).isEmpty();
    assertThat(state(one, -1).orElseThrow())
        .contains("entity=\"sip:desk@lab.example\"")
        .contains("<dialog id=\"615293b33c62dec073e05d9421e9f48b\" direction=\"recipient\">")
        .contains("<state>terminated</state>");
  }

  @Test
  @DisplayName("each watcher's document has its number; those who are at the same number share it")
  void numbered() throws Exception {
    final byte[] state =
        all.state(DESK, List.of(parse(info(dialog("a", "early")))), OptionalInt.empty())
            .orElseThrow();
    final byte[] seven = all.view(state, watcher(7));
    assertThat(new String(seven, StandardCharsets.UTF_8))
        .isEqualTo(new String(state, StandardCharsets.UTF_8).replace("\"0\"", "\"7\""));
    assertThat(all.view(state, watcher(7))).isSameAs(seven);
    assertThat(new String(all.view(state, watcher(Integer.MAX_VALUE)), StandardCharsets.UTF_8))
        .isEqualTo(new String(state, StandardCharsets.UTF_8).replace("\"0\"", "\"2147483647\""));
    assertThat(all.view(new byte[] {1, 2}, watcher(7))).containsExactly(1, 2);
  }

  @Test
  @DisplayName("a call goes on under its id, and what is over stays over")
  void continued() throws Exception {
    final Document early = parse(info(dialog("a", "early") + dialog("b", "early")));
    final Document other = parse(info(dialog("b", "early")));
    final Document nameless = parse(info("<dialog/>"));
    final Document over = parse(info(dialog("a", "terminated") + dialog("b", "terminated")));
    final Document half = parse(info(dialog("a", "terminated") + dialog("b", "early")));
    assertThat(all.replaces(over, early)).isTrue();
    assertThat(all.replaces(other, early)).isFalse();
    assertThat(all.replaces(nameless, nameless)).isFalse();
    assertThat(all.ignores(over, Optional.of(early), true)).isTrue();
    assertThat(all.ignores(half, Optional.of(early), true)).isFalse();
    assertThat(all.ignores(parse(info("")), Optional.of(early), true)).isFalse();
  }
}
