// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What can be taken out of a reginfo document, and what not. */
class ReginfoDocumentTest {
  private static final String CONTACT =
      "<contact id='c' state='active' event='registered' expires='100' callid='k' cseq='7'"
          + " q='0.5' received='sip:198.51.100.7:9' path='&lt;sip:p1;lr&gt;,&lt;sip:p2;lr&gt;'"
          + " user_agent='UA'><uri> sip:a@192.0.2.1 </uri></contact>";

  private static ReginfoDocument document(final String registration)
      throws UnusableDocumentException {
    return ReginfoDocument.parse(
        ("<x:reginfo xmlns:x='urn:ietf:params:xml:ns:reginfo' version='3' state='full'>"
                + registration
                + "</x:reginfo>")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static List<Registration.Contact> contacts(final String contacts)
      throws UnusableDocumentException {
    return document(
            "<registration aor='sip:a@b.org' state='active'>" + contacts + "</registration>")
        .registrations()
        .get(0)
        .contacts();
  }

  @Test
  @DisplayName("PUA-129 everything that is said of a contact is taken over, when it is valid")
  void complete() throws UnusableDocumentException {
    final ReginfoDocument document =
        document("<registration aor='sip:a@b.org' state='active'>" + CONTACT + "</registration>");
    assertThat(document.full()).isTrue();
    assertThat(document.version()).isEqualTo(OptionalLong.of(3));
    assertThat(document.registrations().get(0).contacts())
        .containsExactly(
            new Registration.Contact(
                "sip:a@192.0.2.1",
                true,
                OptionalLong.of(100),
                OptionalInt.of(500),
                "k",
                7,
                "sip:198.51.100.7:9",
                "<sip:p1;lr>,<sip:p2;lr>",
                "UA"));
  }

  @Test
  @DisplayName("PUA-113 PUA-114 which events mean that a binding exists, and which that it goes")
  void events() throws UnusableDocumentException {
    for (final String event : new String[] {"registered", "created", "refreshed", "shortened"}) {
      assertThat(contacts(CONTACT.replace("registered", event)).get(0).present()).isTrue();
      assertThat(
              contacts(
                      CONTACT
                          .replace("registered", event)
                          .replace("state='active'", "state='terminated'"))
                  .get(0)
                  .present())
          .isFalse();
    }
    for (final String event :
        new String[] {"expired", "unregistered", "deactivated", "probation", "rejected"}) {
      assertThat(contacts(CONTACT.replace("registered", event)).get(0).present()).isFalse();
    }
    assertThat(contacts(CONTACT.replace("registered", "Registered"))).isEmpty();
    assertThat(contacts(CONTACT.replace("event='registered'", ""))).isEmpty();
  }

  @Test
  @DisplayName("PUA-122 PUA-123 PUA-131 what is missing or bad costs its contact, no other")
  void skipped() throws UnusableDocumentException {
    final String[] bad = {
      CONTACT.replace("callid='k'", "").replace("id='c'", ""),
      CONTACT.replace("expires='100'", ""),
      CONTACT.replace("expires='100'", "expires='-5'"),
      CONTACT.replace("expires='100'", "expires='1e3'"),
      CONTACT.replace("cseq='7'", "cseq='x'"),
      CONTACT.replace("192.0.2.1", "192.0.2.1&#13;&#10;X: y"),
      CONTACT.replace("192.0.2.1", "192.0.2.1&lt;"),
      CONTACT.replace("sip:a@192.0.2.1", "tel:123"),
      CONTACT.replace("<uri>", "<unknown-param name='a;b'/><uri>"),
      CONTACT.replace("<uri>", "<unknown-param name='a'>b c</unknown-param><uri>"),
    };
    for (final String each : bad) {
      assertThat(contacts(each + CONTACT)).as(each).hasSize(1);
    }
    assertThat(contacts(CONTACT.replace("callid='k'", "")).get(0).callId()).isEqualTo("c");
    assertThat(contacts(CONTACT.replace("cseq='7'", "")).get(0).cseq()).isZero();
  }

  @Test
  @DisplayName(
      "What is no valid attribute of a contact is as if it were not there; numbers are cut")
  void dropped() throws UnusableDocumentException {
    final Registration.Contact contact =
        contacts(
                CONTACT
                    .replace("expires='100'", "expires='99999999999999999999'")
                    .replace("q='0.5'", "q='1.5'")
                    .replace("received='sip:198.51.100.7:9'", "received='nobody'")
                    .replace("path='&lt;sip:p1;lr&gt;,", "path='x,"))
            .get(0);
    assertThat(contact.expires()).isEqualTo(OptionalLong.of(Integer.MAX_VALUE));
    assertThat(contact.q()).isEmpty();
    assertThat(contact.received()).isEmpty();
    assertThat(contact.path()).isEmpty();
  }

  @Test
  @DisplayName("PUA-117 several addresses are several contacts, unknown parameters go with each")
  void addresses() throws UnusableDocumentException {
    assertThat(
            contacts(
                CONTACT.replace(
                    "</contact>",
                    "<uri>sip:b@192.0.2.2</uri><unknown-param name='audio'/>"
                        + "<unknown-param name='language'>en</unknown-param>"
                        + "<unknown-param>lost</unknown-param></contact>")))
        .extracting(Registration.Contact::uri)
        .containsExactly("sip:a@192.0.2.1;audio;language=en", "sip:b@192.0.2.2;audio;language=en");
  }

  @Test
  @DisplayName(
      "PUA-116 PUA-121 registrations of other states or without AOR; documents without any")
  void registrations() throws UnusableDocumentException {
    assertThat(document("<registration aor='sip:a@b' state='init'/>").registrations()).isEmpty();
    assertThat(document("<registration aor='sip:a@b' state='Active'/>").registrations()).isEmpty();
    assertThat(document("<registration aor='sip:a@b'/>").registrations()).isEmpty();
    assertThat(document("<registration state='active'/>").registrations()).isEmpty();
    assertThat(document("<registration aor='a' state='active'/>").registrations()).isEmpty();
    for (final String none :
        new String[] {"", "<a/>", "<reginfo", "<!DOCTYPE reginfo><reginfo/>"}) {
      assertThatThrownBy(() -> ReginfoDocument.parse(none.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(UnusableDocumentException.class);
    }
    final String many = "<registration aor='sip:a@b' state='active'/>".repeat(1_001);
    assertThatThrownBy(() -> document(many)).isInstanceOf(UnusableDocumentException.class);
  }

  @Test
  @DisplayName("Whatever is changed in a document, it is read or refused, and nothing else")
  void mutations() {
    final String whole =
        "<reginfo version='0' state='full'><registration aor='sip:a@b.org' state='active'>"
            + CONTACT
            + "</registration></reginfo>";
    final Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      final StringBuilder text = new StringBuilder(whole);
      for (int n = random.nextInt(4); n >= 0; n--) {
        final int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.setCharAt(at, (char) (32 + random.nextInt(96)));
          default -> text.insert(at, whole, 0, random.nextInt(40));
        }
      }
      try {
        ReginfoDocument.parse(text.toString().getBytes(StandardCharsets.UTF_8))
            .registrations()
            .forEach(
                r ->
                    r.contacts()
                        .forEach(
                            c ->
                                assertThat(c.uri())
                                    .doesNotContain("<", ">", " ", "\r", "\n", "\"")));
      } catch (final UnusableDocumentException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
