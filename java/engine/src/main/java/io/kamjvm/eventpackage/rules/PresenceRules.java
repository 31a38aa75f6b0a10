// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.Rules;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where presence rules come from: the {@code xcap} table, and where that has none, servers (spec
 * event-packages 2.11). A document is parsed again only when it has changed. Blocks; any thread but
 * the engine's.
 */
public final class PresenceRules {

  /** Parsed documents that are kept; the longest unused go. */
  public static final int MOST_RULESETS = 4_096;

  /** Asks somebody else than the table. */
  public interface Elsewhere {

    /** Nobody else. */
    Elsewhere NOWHERE = (user, domain) -> Optional.empty();

    /**
     * A rules document.
     *
     * @param current whether it is so now; else it is the last that is known
     */
    record Found(byte[] text, boolean current) {}

    /**
     * The rules document of a user.
     *
     * @throws IOException when nobody can tell, and nothing was known before
     * @throws UnusableRulesException when there is one that can not be read
     */
    Optional<Found> rules(String user, String domain) throws IOException;
  }

  /** A document is known again by its digest: an etag stays when somebody edits the row. */
  private record Parsed(byte[] digest, Ruleset ruleset) {}

  private final XcapDocuments table;
  private final Elsewhere elsewhere;
  private final RulesetParser parser = new RulesetParser();
  private final Map<String, Parsed> parsed =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Parsed> eldest) {
          return size() > MOST_RULESETS;
        }
      };

  public PresenceRules(final XcapDocuments table, final Elsewhere elsewhere) {
    this.table = table;
    this.elsewhere = elsewhere;
  }

  /**
   * The rules of a presentity.
   *
   * @return a {@link Ruleset}, or {@link LastRules} while nobody can tell; empty when there are none
   * @throws UnusableRulesException when there are, but nobody can be judged by them
   */
  public Optional<Rules> of(final String presentity) throws StorageException, IOException {
    final Optional<SipUri> uri = SipUri.parse(presentity);
    if (uri.isEmpty()) {
      return Optional.empty();
    }
    final String user = uri.get().user();
    final String domain = uri.get().host();
    final Optional<byte[]> document = table.ofUser(XcapDocuments.PRES_RULES, user, domain);
    if (document.isPresent()) {
      return Optional.of(parsed(presentity, document.get()));
    }
    return elsewhere.rules(user, domain).map(found -> found(presentity, found));
  }

  private Rules found(final String presentity, final Elsewhere.Found found) {
    final Ruleset ruleset = parsed(presentity, found.text());
    return found.current() ? ruleset : new LastRules(ruleset);
  }

  /** The presentity's own document that is kept there (RFC 4827). */
  public Optional<byte[]> hardState(final String uri) throws StorageException {
    return table.at(XcapDocuments.PIDF_MANIPULATION, uri);
  }

  private Ruleset parsed(final String presentity, final byte[] text) {
    final byte[] digest = digest(text);
    synchronized (parsed) {
      final Optional<Parsed> known = Optional.ofNullable(parsed.get(presentity));
      if (known.isPresent() && Arrays.equals(known.get().digest(), digest)) {
        return known.get().ruleset();
      }
    }
    final Ruleset ruleset = parser.parse(text);
    synchronized (parsed) {
      parsed.put(presentity, new Parsed(digest, ruleset));
    }
    return ruleset;
  }

  private static byte[] digest(final byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
