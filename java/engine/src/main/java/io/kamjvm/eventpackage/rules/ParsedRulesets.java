// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rules documents in parsed form, so that each is parsed only when it has changed. The longest
 * unused go. Thread-safe.
 */
final class ParsedRulesets {

  /** Bytes of memory that are kept, estimated. */
  static final int MOST_BYTES = 67_108_864;

  /** Bytes that each byte of a document takes parsed, without its transformations. */
  private static final int FACTOR = 6;

  /** Bytes that an entry takes however short its document is. */
  private static final int ENTRY = 1_024;

  /** A document is known again by its digest: an etag stays when somebody edits the row. */
  private record Parsed(byte[] digest, long charge, Ruleset ruleset) {}

  private final RulesetParser parser = new RulesetParser();
  private final Map<String, Parsed> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * The rules of a document.
   *
   * @param presentity whose they are
   * @throws UnusableRulesException when nobody can be judged by them
   */
  Ruleset of(final String presentity, final byte[] text) {
    final byte[] digest = digest(text);
    synchronized (kept) {
      final Optional<Parsed> known = Optional.ofNullable(kept.get(presentity));
      if (known.isPresent() && Arrays.equals(known.get().digest(), digest)) {
        return known.get().ruleset();
      }
    }
    final Ruleset ruleset = parser.parse(text);
    synchronized (kept) {
      keep(presentity, new Parsed(digest, charge(text, ruleset), ruleset));
    }
    return ruleset;
  }

  private void keep(final String presentity, final Parsed parsed) {
    Optional.ofNullable(kept.put(presentity, parsed)).ifPresent(old -> bytes -= old.charge());
    bytes += parsed.charge();
    final Iterator<Parsed> oldest = kept.values().iterator();
    while (bytes > MOST_BYTES && oldest.hasNext()) {
      bytes -= oldest.next().charge();
      oldest.remove();
    }
  }

  private static long charge(final byte[] text, final Ruleset ruleset) {
    long charge = ENTRY + (long) FACTOR * text.length;
    for (final Rule rule : ruleset.rules()) {
      charge += rule.transformations().restrictions().weight();
    }
    return charge;
  }

  /** Bytes kept at the moment. */
  long bytes() {
    synchronized (kept) {
      return bytes;
    }
  }

  private static byte[] digest(final byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
