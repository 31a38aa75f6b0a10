// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.Rules;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import java.io.IOException;
import java.util.Optional;

/**
 * Where presence rules come from: the {@code xcap} table, and where that has none, servers (spec
 * event-packages 2.11). A document is parsed again only when it has changed. Blocks; any thread but
 * the engine's.
 */
public final class PresenceRules {

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

  private final XcapDocuments table;
  private final Elsewhere elsewhere;
  private final ParsedRulesets parsed = new ParsedRulesets();

  public PresenceRules(final XcapDocuments table, final Elsewhere elsewhere) {
    this.table = table;
    this.elsewhere = elsewhere;
  }

  /**
   * The rules of a presentity.
   *
   * @return a {@link Ruleset}, or {@link LastRules} while nobody can tell; empty when there are
   *     none
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
      return Optional.of(parsed.of(presentity, document.get()));
    }
    return elsewhere.rules(user, domain).map(found -> found(presentity, found));
  }

  private Rules found(final String presentity, final Elsewhere.Found found) {
    final Ruleset ruleset = parsed.of(presentity, found.text());
    return found.current() ? ruleset : new LastRules(ruleset);
  }

  /** The presentity's own document that is kept there (RFC 4827). */
  public Optional<byte[]> hardState(final String uri) throws StorageException {
    return table.at(XcapDocuments.PIDF_MANIPULATION, uri);
  }
}
