// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.reginfo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.Watcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegPackageTest {
  private final RegPackage plain = new RegPackage(3600, false);
  private final RegPackage merging = new RegPackage(3600, true);

  private static String reginfo(final String content) {
    return "<?xml version=\"1.0\"?><reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\""
        + " version=\"9\" state=\"partial\">"
        + content
        + "</reginfo>";
  }

  private static Optional<byte[]> state(
      final RegPackage with, final int offline, final String... contents) throws Exception {
    final List<Document> documents = new ArrayList<>();
    for (final String content : contents) {
      documents.add(with.parse(reginfo(content).getBytes(StandardCharsets.UTF_8)));
    }
    return with.state(
        "sip:ann@d", documents, offline < 0 ? OptionalInt.empty() : OptionalInt.of(offline));
  }

  private static String text(final Optional<byte[]> state) {
    return new String(state.orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("alone, the last document as it was published")
  void plain() throws Exception {
    assertThat(plain.viewsDiffer()).isFalse();
    assertThat(text(state(plain, -1, "<registration id='1'/>", "<registration id='2'/>")))
        .isEqualTo(reginfo("<registration id='2'/>"));
    assertThat(text(state(plain, 1, "<registration id='1'/>", "<registration id='2'/>")))
        .isEqualTo(reginfo("<registration id='1'/>"));
    assertThat(state(plain, 0, "<registration id='1'/>")).isEmpty();
    assertThat(state(plain, -1)).isEmpty();
  }

  @Test
  @DisplayName("aggregated, all registrations in one full document with the watcher's number")
  void aggregated() throws Exception {
    final Optional<byte[]> state =
        state(merging, -1, "<registration id='1'/>", "<registration id='2'/>");
    final Watcher watcher =
        new Watcher(
            "sip:ann@d", "sip:bo@d", Optional.empty(), Optional.empty(), Optional.empty(), 31);
    assertThat(merging.viewsDiffer()).isTrue();
    assertThat(text(Optional.of(merging.view(state.orElseThrow(), watcher))))
        .isEqualTo(
            """
            <?xml version="1.0"?>
            <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="31" state="full">
              <registration id="1"/>
              <registration id="2"/>
            </reginfo>
            """);
  }

  @Test
  @DisplayName("aggregated, what is taken back is gone; nothing published is no document")
  void removed() throws Exception {
    assertThat(text(state(merging, 0, "<registration id='1'/>", "<registration id='2'/>")))
        .contains("id=\"2\"")
        .doesNotContain("id=\"1\"");
    assertThat(text(state(merging, 0, "<registration id='1'/>")))
        .endsWith("version=\"0\" state=\"full\"/>\n");
    assertThat(state(merging, -1)).isEmpty();
  }
}
