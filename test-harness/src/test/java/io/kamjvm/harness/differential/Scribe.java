// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.sip.SipMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the transcript of one run: messages, rows and outputs as lines in which everything is
 * hidden that no two runs have in common. CSeq and counters are told as differences, times as
 * rounded distances. Not thread-safe.
 */
final class Scribe {
  private static final Pattern EXPIRES = Pattern.compile("(;\\s*expires=)(\\d+)");
  private static final Pattern ENTITY_TAG = Pattern.compile("a\\.\\d+\\.\\d+\\.\\d+\\.(\\d+)");
  private static final Pattern MOMENT =
      Pattern.compile("\\b((?:expires|received_time|inserted_time): ?)(\\d+)");
  private static final Pattern RECORD_ID = Pattern.compile("pres-[0-9a-f-]+");
  private static final Pattern HASH = Pattern.compile("\\bhashid: ?-?\\d+");

  private final Placeholders placeholders;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Long> notified = new HashMap<>();
  private final Map<String, Long> subscribed = new HashMap<>();

  Scribe(final Placeholders placeholders) {
    this.placeholders = placeholders;
  }

  /** The entries so far, with names in place of values. */
  List<Entry> entries() {
    return entries.stream()
        .map(
            entry ->
                new Entry(
                    entry.step(),
                    entry.who(),
                    entry.kind(),
                    entry.lines().stream().map(placeholders::hide).toList()))
        .toList();
  }

  /** A SUBSCRIBE was sent. */
  void sent(final String callId, final long cseq) {
    subscribed.put(callId, cseq);
  }

  /** Final replies to one request, and what the script function returned. */
  void replies(
      final int step,
      final String who,
      final List<SipMessage> replies,
      final Optional<String> returned,
      final List<String> shown) {
    for (final SipMessage reply : replies) {
      reply.toTag().ifPresent(tag -> placeholders.name(tag, "[tag@" + step + "]"));
      reply.header("SIP-ETag").ifPresent(tag -> placeholders.name(tag, entityTag(tag, step)));
      final List<String> lines = new ArrayList<>();
      lines.add(reply.startLine().replaceFirst("^SIP/2.0 ", ""));
      reply.headers().forEach(header -> lines.add(replyHeader(header, reply)));
      lines.addAll(body(reply));
      add(step, who, Entry.Kind.REPLY, lines);
    }
    final List<String> outcome = new ArrayList<>();
    if (replies.isEmpty()) {
      outcome.add("no reply");
    }
    returned.ifPresent(code -> outcome.add("returned " + code));
    outcome.addAll(shown);
    if (!outcome.isEmpty()) {
      add(step, who, Entry.Kind.OUTPUT, outcome);
    }
  }

  private static String entityTag(final String tag, final int step) {
    final Matcher matcher = ENTITY_TAG.matcher(tag);
    return "[etag@" + step + (matcher.matches() ? " a.N.N.N." + matcher.group(1) : "") + "]";
  }

  private static String replyHeader(final SipMessage.Header header, final SipMessage message) {
    return switch (header.name()) {
      case "Via" -> "Via: [ours]";
      case "CSeq" -> "CSeq: [as sent]";
      case "Retry-After" -> "Retry-After: [seconds]";
      default -> header(header, message);
    };
  }

  /** A request that a participant received. */
  void heard(final int step, final String who, final SipMessage request) {
    request.fromTag().ifPresent(tag -> placeholders.name(tag, "[tag@" + step + "]"));
    final List<String> lines = new ArrayList<>();
    lines.add(request.startLine());
    for (final SipMessage.Header header : request.headers()) {
      lines.add(
          switch (header.name()) {
            case "Via" -> "Via: " + header.value().replaceFirst("branch=.*", "branch=[branch]");
            case "CSeq" -> "CSeq: " + step(request) + " " + request.method();
            case "Subscription-State" -> "Subscription-State: " + state(header.value());
            default -> header(header, request);
          });
    }
    lines.addAll(body(request));
    add(step, who, Entry.Kind.REQUEST, lines);
  }

  private String step(final SipMessage request) {
    final long cseq = request.cseq();
    final Long before = notified.put(request.callId(), cseq);
    return before == null ? "first" : "+" + (cseq - before);
  }

  private static String state(final String value) {
    return EXPIRES
        .matcher(value)
        .replaceAll(match -> match.group(1) + Rounded.seconds(Long.parseLong(match.group(2))));
  }

  private static String header(final SipMessage.Header header, final SipMessage message) {
    final String counted =
        Integer.toString(message.body().getBytes(StandardCharsets.ISO_8859_1).length);
    if (header.name().equals("Content-Length")
        && header.value().equals(counted)
        && !counted.equals("0")) {
      return "Content-Length: [of body]";
    }
    return header.name() + ": " + header.value();
  }

  private static List<String> body(final SipMessage message) {
    if (message.body().isEmpty()) {
      return List.of();
    }
    final Optional<List<String>> xml =
        message.header("Content-Type").orElse("").contains("xml")
            ? CanonicalXml.of(message.body())
            : Optional.empty();
    return xml.orElseGet(() -> List.of(message.body().split("\r?\n")));
  }

  /** A row of a table. */
  void row(final int step, final String table, final Map<String, String> row) {
    final long now = Instant.now().getEpochSecond();
    final List<String> lines = new ArrayList<>();
    lines.add("row of " + table);
    row.forEach(
        (column, value) -> {
          if (!column.equals("id")) {
            lines.add(column + "=" + cell(column, value, row, now));
          }
        });
    add(step, "database", Entry.Kind.ROW, lines);
  }

  private String cell(
      final String column, final String value, final Map<String, String> row, final long now) {
    final String callId = row.getOrDefault("callid", "");
    return switch (column) {
      case "expires", "received_time", "inserted_time" -> Rounded.moment(value, now);
      case "local_cseq" -> relative("NOTIFY", value, notified.get(callId));
      case "remote_cseq" -> relative("SUBSCRIBE", value, subscribed.get(callId));
      case "ruid" -> RECORD_ID.matcher(value).replaceAll("pres-[id]");
      default -> value.replace("\r", "\\r").replace("\n", "\\n");
    };
  }

  private static String relative(final String method, final String value, final Long last) {
    if (last == null) {
      return value;
    }
    final long difference = Long.parseLong(value) - last;
    return "last " + method + (difference == 0 ? "" : String.format("%+d", difference));
  }

  /** What a command printed, a function returned, or the log said. */
  void output(final int step, final String who, final List<String> text) {
    final long now = Instant.now().getEpochSecond();
    final List<String> lines = new ArrayList<>();
    for (final String line : text) {
      final String timeless =
          MOMENT
              .matcher(line)
              .replaceAll(match -> match.group(1) + Rounded.moment(match.group(2), now));
      lines.add(
          HASH.matcher(RECORD_ID.matcher(timeless).replaceAll("pres-[id]"))
              .replaceAll("hashid: [hash]"));
    }
    add(step, who, Entry.Kind.OUTPUT, lines.isEmpty() ? List.of("(nothing)") : lines);
  }

  private void add(
      final int step, final String who, final Entry.Kind kind, final List<String> lines) {
    entries.add(new Entry(step, who, kind, List.copyOf(lines)));
  }
}
