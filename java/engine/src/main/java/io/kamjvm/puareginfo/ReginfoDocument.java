// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.sip.SipUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A reginfo document as it came (RFC 3680, spec pua 4.5). What can not be used is left out; names
 * are compared without case and whatever their namespace.
 *
 * @param version empty if there is none that is a number
 * @param full whether it lists everything
 */
record ReginfoDocument(OptionalLong version, boolean full, List<Registration> registrations) {
  /** Registrations, and contacts of all of them. */
  static final int MOST = 1_000;

  private static final XmlParser PARSER = new XmlParser();
  private static final int LONGEST_URI = 4_096;
  private static final int LONGEST_TEXT = 512;
  private static final long LAST = Integer.MAX_VALUE;

  /**
   * Reads it.
   *
   * @throws UnusableDocumentException when it is no XML, has no element {@code reginfo}, or is too
   *     large
   */
  static ReginfoDocument parse(final byte[] body) throws UnusableDocumentException {
    final XmlElement root = root(body);
    final List<Registration> registrations = new ArrayList<>();
    int contacts = 0;
    for (final XmlElement element : root.children("registration")) {
      final Optional<Registration> registration = registration(element);
      registration.ifPresent(registrations::add);
      contacts += registration.map(r -> r.contacts().size()).orElse(0);
      if (registrations.size() > MOST || contacts > MOST) {
        throw new UnusableDocumentException("more than " + MOST + " registrations or contacts");
      }
    }
    return new ReginfoDocument(
        root.attribute("version").map(ReginfoDocument::number).orElse(OptionalLong.empty()),
        root.attribute("state").filter("full"::equals).isPresent(),
        registrations);
  }

  private static XmlElement root(final byte[] body) throws UnusableDocumentException {
    try {
      return PARSER
          .parse(body)
          .root()
          .find("reginfo")
          .orElseThrow(() -> new UnusableDocumentException("it has no element reginfo"));
    } catch (final XmlRejectedException e) {
      throw new UnusableDocumentException(e.getMessage());
    }
  }

  private static Optional<Registration> registration(final XmlElement element) {
    final Optional<String> aor = element.attribute("aor");
    final String state = element.attribute("state").orElse("");
    final boolean terminated = state.equals("terminated");
    if (aor.flatMap(SipUri::parse).isEmpty() || !terminated && !state.equals("active")) {
      return Optional.empty();
    }
    final List<Registration.Contact> contacts = new ArrayList<>();
    element.children("contact").forEach(contact -> addContacts(contact, contacts));
    return Optional.of(new Registration(aor.get(), terminated, contacts));
  }

  private static void addContacts(
      final XmlElement element, final List<Registration.Contact> contacts) {
    final Optional<String> callId =
        element.attribute("callid").or(() -> element.attribute("id")).filter(c -> isLine(c, 255));
    final Optional<Boolean> lives = lives(element);
    final OptionalLong cseq =
        element.attribute("cseq").map(ReginfoDocument::number).orElse(OptionalLong.of(0));
    final Optional<OptionalLong> expires = expires(element);
    if (callId.isEmpty() || lives.isEmpty() || cseq.isEmpty() || expires.isEmpty()) {
      return;
    }
    final boolean present = lives.get() && expires.get().orElse(0) > 0;
    if (lives.get() && expires.get().isEmpty()) {
      return;
    }
    for (final XmlElement uri : element.children("uri")) {
      address(uri.text().strip(), element)
          .ifPresent(
              address ->
                  contacts.add(
                      new Registration.Contact(
                          address,
                          present,
                          expires.get(),
                          q(element),
                          callId.get(),
                          cseq.getAsLong(),
                          text(element, "received").filter(ReginfoDocument::isUri).orElse(""),
                          text(element, "path").filter(ReginfoDocument::isPath).orElse(""),
                          text(element, "user_agent").orElse("n/a"))));
    }
  }

  /** Whether the binding is said to exist; empty: the contact says nothing. */
  private static Optional<Boolean> lives(final XmlElement contact) {
    final String event = contact.attribute("event").orElse("");
    return switch (event) {
      case "registered", "created", "refreshed", "shortened" ->
          Optional.of(!contact.attribute("state").orElse("").equals("terminated"));
      case "expired", "unregistered", "terminated", "deactivated", "probation", "rejected" ->
          Optional.of(false);
      default -> Optional.empty();
    };
  }

  /** Empty: it can not be used; with nothing in it: it is not there. */
  private static Optional<OptionalLong> expires(final XmlElement contact) {
    final Optional<String> text = contact.attribute("expires");
    if (text.isEmpty()) {
      return Optional.of(OptionalLong.empty());
    }
    return Optional.of(number(text.get())).filter(OptionalLong::isPresent);
  }

  /** Digits, at most 2^31-1 is made of them. */
  private static OptionalLong number(final String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(text.length() > 18 ? LAST : Math.min(LAST, Long.parseLong(text)));
  }

  private static OptionalInt q(final XmlElement contact) {
    final String text = contact.attribute("q").orElse("");
    if (!text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")) {
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) Math.round(1_000 * Double.parseDouble(text)));
  }

  /** The address with what unknown-param adds to it; empty when it would be no URI. */
  private static Optional<String> address(final String uri, final XmlElement contact) {
    final StringBuilder address = new StringBuilder(uri);
    for (final XmlElement parameter : contact.children("unknown-param")) {
      final Optional<String> name = parameter.attribute("name");
      final String value = parameter.text().strip();
      if (name.isEmpty()) {
        continue;
      }
      if (!isParameter(name.get()) || !value.isEmpty() && !isParameter(value)) {
        return Optional.empty();
      }
      address.append(';').append(name.get());
      if (!value.isEmpty()) {
        address.append('=').append(value);
      }
    }
    return Optional.of(address.toString()).filter(ReginfoDocument::isUri);
  }

  private static boolean isParameter(final String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "<>\"';?=@&\\".indexOf(c) < 0);
  }

  private static boolean isUri(final String text) {
    return text.length() <= LONGEST_URI
        && text.chars().allMatch(c -> c > ' ' && c != 0x7f && "<>\"".indexOf(c) < 0)
        && SipUri.parse(text).isPresent();
  }

  /** A list of URIs in angle brackets. */
  private static boolean isPath(final String text) {
    for (final String hop : text.split(",", -1)) {
      final String uri = hop.strip();
      final int end = uri.indexOf('>');
      if (!uri.startsWith("<") || end < 0 || !isUri(uri.substring(1, end))) {
        return false;
      }
    }
    return isLine(text, LONGEST_TEXT);
  }

  private static Optional<String> text(final XmlElement element, final String name) {
    return element.attribute(name).filter(t -> isLine(t, LONGEST_TEXT));
  }

  private static boolean isLine(final String text, final int most) {
    return !text.isEmpty()
        && text.length() <= most
        && text.chars().allMatch(c -> c >= ' ' && c != 0x7f);
  }
}
