// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.sip.RequestDraft;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The participants of one run, made when they are first named, and what placeholders in a scenario
 * stand for. Users carry a number in their names, so that scenarios which share a Kamailio do not
 * meet.
 */
final class Cast implements AutoCloseable {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)\\}");

  private final String number;
  private final int port;
  private final Map<String, Phone> phones = new TreeMap<>();
  private final Set<String> tcp = new HashSet<>();

  Cast(final String number, final int port) {
    this.number = number;
    this.port = port;
  }

  String number() {
    return number;
  }

  void usesTcp(final String name) {
    if (phones.containsKey(name)) {
      throw new IllegalStateException(name + " has done something already");
    }
    tcp.add(name);
  }

  Phone phone(final String name) {
    return phones.computeIfAbsent(
        name, wanted -> new Phone(wanted, uri(wanted), port, tcp.contains(wanted)));
  }

  /** Everybody who was named so far, in order of names. */
  List<Phone> phones() {
    return List.copyOf(phones.values());
  }

  private String uri(final String name) {
    return "sip:" + name.replaceFirst("/.*", "") + number + "@example.org";
  }

  /** The presentity that a name or URI means. */
  String presentity(final String whom) {
    return whom.contains(":") ? expand(whom) : uri(whom);
  }

  /** The text with values in place of placeholders. */
  String expand(final String text) {
    return expand(text, -1);
  }

  /** As {@link #expand(String)}; {@code cseq} is the last one sent, or negative: ask the phone. */
  String expand(final String text, final long cseq) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), cseq)));
  }

  private String value(final String placeholder, final long cseq) {
    if (placeholder.equals("server")) {
      return "127.0.0.1:" + port;
    }
    if (placeholder.startsWith("now")) {
      final String offset = placeholder.substring(3).replace("+", "");
      return Long.toString(
          Instant.now().getEpochSecond() + (offset.isEmpty() ? 0 : Long.parseLong(offset)));
    }
    final String[] parts = placeholder.split("\\.", 2);
    final String user = parts[0].replaceFirst("/.*", "") + number;
    if (parts.length == 1) {
      return user;
    }
    final Phone phone = phone(parts[0]);
    return switch (parts[1]) {
      case "uri" -> uri(parts[0]);
      case "upper" -> user.toUpperCase(Locale.ROOT);
      case "contact" -> phone.contact();
      case "address" -> phone.address();
      case "tag" -> phone.tag();
      case "remote" -> phone.remoteTag();
      case "call" -> phone.callId();
      case "cseq" -> Long.toString(cseq < 0 ? phone.cseq() : cseq);
      case "etag" -> phone.entityTag();
      default -> throw new IllegalArgumentException("unknown placeholder " + placeholder);
    };
  }

  /** Names what a request carries. */
  void nameRequest(
      final Placeholders placeholders,
      final Phone phone,
      final RequestDraft draft,
      final int line) {
    final String who = phone.name() + "@" + line;
    placeholders.name(phone.callId(), "[call of " + who + "]");
    placeholders.name(phone.tag(), "[tag of " + who + "]");
    final String text = draft.text();
    placeholders.name(header(text, "Call-ID"), "[call of " + who + "]");
    placeholders.name(header(text, "From").replaceFirst(".*tag=", ""), "[tag of " + who + "]");
  }

  private static String header(final String text, final String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  /** Names addresses and users. */
  void hideIn(final Placeholders placeholders) {
    placeholders.name("127.0.0.1:" + port, "[server]");
    phones.values().forEach(phone -> placeholders.name(phone.address(), phone.name() + "-host"));
    placeholders.name(number, "");
  }

  @Override
  public void close() {
    phones.values().forEach(Phone::close);
  }
}
