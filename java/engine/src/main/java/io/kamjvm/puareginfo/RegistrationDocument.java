// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.RegisteredContact;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Writes what is registered for one AOR as a full reginfo document (RFC 3680 section 5, spec pua
 * 4.3). Ids are opaque: of a contact its ruid, of the registration the series' id.
 */
final class RegistrationDocument {

  /** A contact and what has happened to it. */
  record Listed(RegisteredContact contact, Event event) {}

  /** Values of attribute {@code event} that are written. */
  enum Event {
    REGISTERED(true),
    CREATED(true),
    REFRESHED(true),
    EXPIRED(false),
    UNREGISTERED(false);

    private final boolean active;

    Event(final boolean active) {
      this.active = active;
    }

    static Event of(final ContactChange.Kind kind) {
      return switch (kind) {
        case CREATED -> CREATED;
        case REFRESHED -> REFRESHED;
        case UNREGISTERED -> UNREGISTERED;
        case EXPIRED -> EXPIRED;
      };
    }
  }

  private final StringBuilder out = new StringBuilder(1024);
  private final long now;

  private RegistrationDocument(final long now) {
    this.now = now;
  }

  /**
   * The document.
   *
   * @param now epoch seconds
   */
  static byte[] of(final Aor aor, final String uri, final List<Listed> contacts, final long now) {
    return new RegistrationDocument(now).write(aor, uri, contacts);
  }

  private byte[] write(final Aor aor, final String uri, final List<Listed> contacts) {
    out.append("<?xml version=\"1.0\"?>\n")
        .append("<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\" state=\"full\">\n")
        .append("  <registration");
    attribute("aor", uri);
    attribute("id", aor.key() + "@" + aor.table());
    attribute("state", contacts.stream().anyMatch(c -> c.event().active) ? "active" : "terminated");
    if (contacts.isEmpty()) {
      out.append("/>\n");
    } else {
      out.append(">\n");
      contacts.forEach(this::contact);
      out.append("  </registration>\n");
    }
    return out.append("</reginfo>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private void contact(final Listed listed) {
    final RegisteredContact contact = listed.contact();
    out.append("    <contact");
    attribute("id", contact.ruid());
    attribute("state", listed.event().active ? "active" : "terminated");
    attribute("event", listed.event().name().toLowerCase(Locale.ROOT));
    if (contact.expires() != 0) {
      attribute("expires", Long.toString(contact.remaining(now)));
    }
    contact
        .q()
        .ifPresent(q -> attribute("q", String.format(Locale.ROOT, "%d.%03d", q / 1000, q % 1000)));
    attribute("callid", contact.callId());
    attribute("cseq", Long.toString(contact.cseq()));
    attribute("received", contact.received());
    attribute("path", contact.path());
    attribute("user_agent", contact.userAgent());
    out.append(">\n      <uri>");
    escaped(contact.uri());
    out.append("</uri>\n    </contact>\n");
  }

  private void attribute(final String name, final String value) {
    out.append(' ').append(name).append("=\"");
    escaped(value);
    out.append('"');
  }

  /** What XML 1.0 has no way to say is left out. */
  private void escaped(final String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\t', '\n', '\r' -> out.append("&#").append(c).append(';');
                default -> {
                  if (isCharacter(c)) {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
  }

  private static boolean isCharacter(final int c) {
    return c >= 0x20 && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000;
  }
}
