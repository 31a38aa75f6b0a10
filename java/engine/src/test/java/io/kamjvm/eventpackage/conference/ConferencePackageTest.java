// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.conference;

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

class ConferencePackageTest {
  private static final String ROOM = "sip:room9@lab.example";

  private final ConferencePackage conference = new ConferencePackage(3600);

  private static String info(final String subject) {
    return "<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" version=\"4\""
        + " state=\"partial\" entity=\"sip:a@b\"><conference-description><subject>"
        + subject
        + "</subject></conference-description></conference-info>";
  }

  private String state(final int offline, final String... texts) throws Exception {
    final List<Document> documents = new ArrayList<>();
    for (final String text : texts) {
      documents.add(conference.parse(text.getBytes(StandardCharsets.UTF_8)));
    }
    return conference
        .state(ROOM, documents, offline < 0 ? OptionalInt.empty() : OptionalInt.of(offline))
        .map(b -> new String(b, StandardCharsets.UTF_8))
        .orElse("nothing");
  }

  @Test
  @DisplayName("the newest document in full, its entity without scheme, with the watcher's number")
  void newest() throws Exception {
    final String state = state(-1, info("old"), info("new"));
    final Watcher watcher =
        new Watcher(ROOM, ROOM, Optional.empty(), Optional.empty(), Optional.empty(), 3);
    final byte[] seen = conference.view(state.getBytes(StandardCharsets.UTF_8), watcher);
    assertThat(new String(seen, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            <?xml version="1.0"?>
            <conference-info xmlns="urn:ietf:params:xml:ns:conference-info" version="3" \
            state="full" entity="room9@lab.example">
              <conference-description><subject>new</subject></conference-description>
            </conference-info>
            """);
  }

  @Test
  @DisplayName("what is removed is not shown, nor mixed with what remains")
  void removed() throws Exception {
    assertThat(state(1, info("old"), info("new"))).contains("old").doesNotContain("new");
    assertThat(state(0, info("old"), info("new"))).contains("new").doesNotContain("old");
    assertThat(state(0, info("only"))).isEqualTo("nothing");
    assertThat(state(-1)).isEqualTo("nothing");
  }

  @Test
  @DisplayName("what is no conference-info passes as it is")
  void other() throws Exception {
    assertThat(state(-1, "<x/>")).isEqualTo("<x/>");
  }
}
