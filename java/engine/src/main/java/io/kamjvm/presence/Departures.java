// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents that have gone while their watchers are told by notifiers (spec presence 6.5 to 6.7):
 * in the place of each stays one that its package has rendered as over, until no subscription is
 * marked any more. Each has a tag of its own (D-42) and shows in every body (D-24). Engine thread
 * only.
 */
final class Departures {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

  /** How stock servers call such a document; ours go on with the tag that it had. */
  private static final String TAG = "*#-OFFLINE-#*";

  private final ModuleContext context;
  private final Optional<ActiveWatchers> table;
  private final long patienceMillis;
  private final BiConsumer<Presentity, Publication> discard;
  private final PackageCode code;
  private final Presentities presentities;
  private final Set<PublicationRow> watched = new HashSet<>();

  /**
   * @param table empty where watchers are told at once
   * @param patienceMillis after which all who are marked should have been told
   * @param discard takes a document away of which all have been told
   */
  Departures(
      final ModuleContext context,
      final PackageCode code,
      final Presentities presentities,
      final Optional<ActiveWatchers> table,
      final long patienceMillis,
      final BiConsumer<Presentity, Publication> discard) {
    this.context = context;
    this.code = code;
    this.presentities = presentities;
    this.table = table;
    this.patienceMillis = patienceMillis;
    this.discard = discard;
  }

  /** Whether the row only waits for watchers to be told. */
  static boolean is(final PublicationRow row) {
    return row.etag().startsWith(TAG);
  }

  /**
   * What stays in the place of a document that goes; empty where nothing does: who has to be told
   * is told the state without it.
   */
  Optional<Publication> of(final Presentity presentity, final Publication gone) {
    if (table.isEmpty() || is(gone.row()) || !code.inline(presentity.eventPackage())) {
      return Optional.empty();
    }
    return render(presentity, gone).flatMap(body -> inPlace(presentity, gone, body));
  }

  private static Optional<byte[]> render(final Presentity presentity, final Publication gone) {
    try {
      return presentity
          .eventPackage()
          .state(presentity.uri(), List.of(gone.document()), OptionalInt.of(0))
          .filter(body -> body.length > 0 && body.length <= PresenceLimits.BODY_BYTES);
    } catch (final RuntimeException | StackOverflowError e) {
      LOG.error("package {} can not show an end", presentity.eventPackage().name(), e);
      return Optional.empty();
    }
  }

  private Optional<Publication> inPlace(
      final Presentity presentity, final Publication gone, final byte[] body) {
    final Document document;
    try {
      document = presentity.eventPackage().parse(body);
    } catch (final UnacceptableBodyException e) {
      return Optional.empty();
    }
    final PublicationRow row = gone.row();
    final String tag = TAG + "." + row.etag();
    if (tag.length() > PresenceLimits.TAG_LENGTH) {
      return Optional.empty();
    }
    return Optional.of(
        new Publication(
            new PublicationRow(
                row.user(),
                row.domain(),
                row.event(),
                tag,
                context.clock().epochSeconds(),
                row.receivedTime(),
                body,
                row.sender(),
                row.priority(),
                row.ruid()),
            document,
            gone.order()));
  }

  /** Such a document is there: it is taken away when it has done its service. */
  void appeared(
      final String presentityUri, final EventPackage eventPackage, final Publication publication) {
    if (watched.add(publication.row())) {
      final Departure departure = new Departure(presentityUri, eventPackage, publication);
      if (table.isPresent()) {
        departure.lookIn(PresenceLimits.DEPARTURE_MILLIS);
      } else {
        context.engine().execute(departure::discard);
      }
    }
  }

  /** One document, until it is taken away. */
  private final class Departure {
    private final String presentityUri;
    private final EventPackage eventPackage;
    private final Publication publication;
    private boolean told;
    private boolean looked;

    Departure(
        final String presentityUri,
        final EventPackage eventPackage,
        final Publication publication) {
      this.presentityUri = presentityUri;
      this.eventPackage = eventPackage;
      this.publication = publication;
    }

    void lookIn(final long millis) {
      context.timers().schedule(millis, this::look);
    }

    private void look() {
      table
          .orElseThrow()
          .ask(
              new Query.MarkedOf(presentityUri, eventPackage.name()),
              marked -> {
                final boolean none = marked.map(count -> count == 0).orElse(false);
                if (none && told) {
                  discard();
                  return;
                }
                // whoever has just taken the last mark may still have to read the document
                told = none;
                lookIn(
                    none || looked
                        ? PresenceLimits.DEPARTURE_MILLIS
                        : Math.max(PresenceLimits.DEPARTURE_MILLIS, patienceMillis));
                looked = true;
              });
    }

    void discard() {
      watched.remove(publication.row());
      final Presentity presentity = presentities.obtain(presentityUri, eventPackage);
      presentity.queue().enterAlways(() -> discard.accept(presentity, publication));
    }
  }
}
