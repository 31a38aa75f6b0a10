// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Journal.Outcome;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends documents that have expired where the table is the truth: it is looked through once in each
 * {@code clean_period}, in batches. Of several servers on one table one removes a document, and
 * that one tells. Engine thread only.
 */
final class ExpiredDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiredDocuments.class);

  private final ModuleContext context;
  private final PresenceParameters parameters;
  private final EventPackages packages;
  private final Presentities presentities;
  private final Publications publications;
  private final Subscribers subscribers;
  private final DocumentTable table;
  private final TableReader reader;
  private final Journal journal;
  private boolean scanning;
  private boolean again;

  ExpiredDocuments(
      final ModuleContext context,
      final PresenceParameters parameters,
      final EventPackages packages,
      final Presentities presentities,
      final Publications publications,
      final Subscribers subscribers,
      final DocumentTable table,
      final TableReader reader,
      final Journal journal) {
    this.context = context;
    this.parameters = parameters;
    this.packages = packages;
    this.presentities = presentities;
    this.publications = publications;
    this.subscribers = subscribers;
    this.table = table;
    this.reader = reader;
    this.journal = journal;
  }

  /** Looks from now on, unless {@code clean_period} has switched that off. */
  void serve() {
    if (parameters.expireDocuments()) {
      context.timers().schedule(parameters.cleanMillis(), this::period);
    }
  }

  private void period() {
    serve();
    sweep();
  }

  /** Looks now; while it is looking already, once more after that. */
  void sweep() {
    if (scanning) {
      again = true;
      return;
    }
    scanning = true;
    new Scan().batch();
  }

  private void ended() {
    scanning = false;
    if (again) {
      again = false;
      sweep();
    }
  }

  /** What tells rows apart. */
  private record Place(String user, String domain, String event, String etag) {
    static Place of(final PublicationRow row) {
      return new Place(row.user(), row.domain(), row.event(), row.etag());
    }
  }

  /** One look through the table. */
  private final class Scan {
    /** Rows that could not be removed: they come back with each batch and must not hide others. */
    private final Set<Place> kept = new HashSet<>();

    private int open;

    void batch() {
      final int limit = parameters.fetchRows() + kept.size();
      if (kept.size() > PresenceLimits.BAD_ROWS
          || !reader.ask(
              new Query.ExpiredPublications(context.clock().epochSeconds(), limit),
              r -> found(r, limit))) {
        ended();
      }
    }

    private void found(final Result<List<PublicationRow>> result, final int limit) {
      if (!(result instanceof Result.Found<List<PublicationRow>> found)) {
        // the next period will find them
        ended();
        return;
      }
      final List<PublicationRow> rows =
          found.value().stream().filter(row -> !kept.contains(Place.of(row))).toList();
      if (rows.isEmpty()) {
        ended();
        return;
      }
      open = rows.size();
      slice(rows, 0, found.value().size() >= limit);
    }

    private void slice(final List<PublicationRow> rows, final int from, final boolean more) {
      final int to = Math.min(rows.size(), from + PresenceLimits.SLICE);
      rows.subList(from, to).forEach(row -> end(row, more));
      if (to < rows.size()) {
        context.engine().execute(() -> slice(rows, to, more));
      }
    }

    private void end(final PublicationRow row, final boolean more) {
      final Optional<EventPackage> eventPackage = packages.find(row.event());
      if (eventPackage.isEmpty()) {
        remove(row, List.of(gone(row)), outcome -> settled(row, outcome, more));
        return;
      }
      final Presentity presentity =
          presentities.obtain(SipUri.presentity(row.user(), row.domain()), eventPackage.get());
      presentity.queue().enterAlways(() -> look(presentity, row, more));
    }

    /** It may have been refreshed meanwhile, with its tag unchanged, or the clock set back. */
    private void look(final Presentity presentity, final PublicationRow row, final boolean more) {
      presentity.queue().hold();
      table.read(
          presentity,
          answered -> {
            final Optional<Publication> publication = presentity.publication(row.etag());
            if (!answered) {
              finish(presentity, row, new Outcome.Unavailable("no answer"), more);
            } else if (publication.isPresent()
                && !publication.get().expired(context.clock().epochSeconds())) {
              finish(presentity, row, new Outcome.Conflict(), more);
            } else if (Departures.is(row)) {
              // reading it has seen to it
              kept.add(Place.of(row));
              finish(presentity, row, new Outcome.Conflict(), more);
            } else {
              end(presentity, publication, row, more);
            }
          });
    }

    private void end(
        final Presentity presentity,
        final Optional<Publication> publication,
        final PublicationRow row,
        final boolean more) {
      final Optional<PublicationChange> change =
          publication.map(p -> publications.departure(presentity, p));
      final List<Change> changes = new ArrayList<>();
      changes.add(
          change
              .flatMap(PublicationChange::after)
              .<Change>map(a -> new Change.ExchangePublication(row.etag(), a.row()))
              .orElseGet(() -> gone(row)));
      if (!parameters.forceDelete()) {
        changes.addAll(subscribers.marks(presentity, ""));
      }
      remove(row, changes, outcome -> removed(presentity, change, row, outcome, more));
    }

    private static Change gone(final PublicationRow row) {
      return new Change.RemovePublication(row.user(), row.domain(), row.event(), row.etag());
    }

    private void removed(
        final Presentity presentity,
        final Optional<PublicationChange> change,
        final PublicationRow row,
        final Outcome outcome,
        final boolean more) {
      if (outcome instanceof Outcome.Committed && change.isPresent()) {
        presentity
            .queue()
            .next(() -> publications.follow(presentity, change.get(), !parameters.forceDelete()));
      }
      finish(presentity, row, outcome, more);
    }

    private void finish(
        final Presentity presentity,
        final PublicationRow row,
        final Outcome outcome,
        final boolean more) {
      presentity.queue().release();
      settled(row, outcome, more);
    }

    /** Ends the row as it was read, unless somebody else has removed or renewed it. */
    private void remove(
        final PublicationRow row, final List<Change> end, final Consumer<Outcome> done) {
      final List<Change> changes = new ArrayList<>(end);
      changes.add(0, new Change.ExchangePublication(row.etag(), row));
      if (!journal.submit(changes, done)) {
        context.engine().execute(() -> done.accept(new Outcome.Unavailable("the journal is full")));
      }
    }

    private void settled(final PublicationRow row, final Outcome outcome, final boolean more) {
      if (outcome instanceof Outcome.Refused || outcome instanceof Outcome.Unavailable) {
        LOG.warn(
            "expired document {} of {} can not be removed: {}", row.etag(), row.user(), outcome);
        kept.add(Place.of(row));
      }
      open--;
      if (open > 0) {
        return;
      }
      if (more) {
        batch();
      } else {
        ended();
      }
    }
  }
}
