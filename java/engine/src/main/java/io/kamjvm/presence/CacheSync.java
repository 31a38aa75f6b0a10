// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings memory up to what the table says ({@code publish_cache_sync}). The whole table is looked
 * through in the background, but only for which presentities seem to differ: these are then read
 * again one by one, each in its own turn, so that no change under way is lost or undone (D-30).
 * Nobody is told. Engine thread only.
 */
final class CacheSync {
  private static final Logger LOG = LoggerFactory.getLogger(CacheSync.class);
  private static final long PRIME = 1_000_003;

  /** One presentity's rows: who it is and a sum over them that does not depend on their order. */
  private record Found(String uri, EventPackage eventPackage, long sum) {}

  private final ModuleContext context;
  private final EventPackages packages;
  private final EventState state;
  private final WholeTable table;
  private final ArrayDeque<Consumer<Boolean>> waiting = new ArrayDeque<>();
  private boolean running;

  CacheSync(
      final ModuleContext context,
      final EventPackages packages,
      final EventState state,
      final WholeTable table) {
    this.context = context;
    this.packages = packages;
    this.state = state;
    this.table = table;
  }

  /**
   * Begins, or waits for one that has begun to end.
   *
   * @param done whether memory is what the table was; in a later turn
   */
  void sync(final Consumer<Boolean> done) {
    waiting.add(done);
    if (!running) {
      begin();
    }
  }

  private void begin() {
    running = true;
    final List<Consumer<Boolean>> askers = List.copyOf(waiting);
    waiting.clear();
    final Consumer<Boolean> end =
        worked -> {
          running = false;
          askers.forEach(asker -> asker.accept(worked));
          if (!waiting.isEmpty()) {
            begin();
          }
        };
    try {
      context.background().execute(() -> load(end));
    } catch (final RejectedExecutionException e) {
      context.engine().execute(() -> end.accept(false));
    }
  }

  private void load(final Consumer<Boolean> end) {
    final Map<PresentityKey, Found> found = new HashMap<>();
    try {
      table.load(
          row -> {
            packages.find(row.event()).ifPresent(p -> add(row, p, found));
            return true;
          });
      context.engine().execute(() -> compare(found, end));
    } catch (final StorageException | RuntimeException e) {
      LOG.warn("the table of documents can not be read: {}", e.getMessage());
      context.engine().execute(() -> end.accept(false));
    }
  }

  private void add(
      final PublicationRow row,
      final EventPackage eventPackage,
      final Map<PresentityKey, Found> found) {
    final String uri = SipUri.presentity(row.user(), row.domain());
    found.merge(
        state.presentities().key(uri, eventPackage),
        new Found(uri, eventPackage, sum(row)),
        (one, other) -> new Found(one.uri(), one.eventPackage(), one.sum() + other.sum()));
  }

  private static long sum(final PublicationRow row) {
    long sum = row.etag().hashCode();
    sum = sum * PRIME + row.expires();
    sum = sum * PRIME + row.receivedTime();
    sum = sum * PRIME + row.priority();
    sum = sum * PRIME + row.sender().hashCode();
    return sum * PRIME + Arrays.hashCode(row.body());
  }

  private static long sum(final Presentity presentity) {
    return presentity.publications().stream().mapToLong(p -> sum(p.row())).sum();
  }

  private void compare(final Map<PresentityKey, Found> found, final Consumer<Boolean> end) {
    final List<Presentity> known = state.presentities().all();
    compare(known, 0, found, new ArrayDeque<>(), end);
  }

  private void compare(
      final List<Presentity> known,
      final int from,
      final Map<PresentityKey, Found> found,
      final ArrayDeque<Found> different,
      final Consumer<Boolean> end) {
    final int to = Math.min(known.size(), from + PresenceLimits.SLICE);
    for (final Presentity presentity : known.subList(from, to)) {
      final Optional<Found> rows = Optional.ofNullable(found.remove(presentity.key()));
      if (sum(presentity) != rows.map(Found::sum).orElse(0L)) {
        different.add(new Found(presentity.uri(), presentity.eventPackage(), 0));
      }
    }
    if (to < known.size()) {
      context.engine().execute(() -> compare(known, to, found, different, end));
      return;
    }
    new Rereading(different, new ArrayDeque<>(found.values()), end).next();
  }

  /** Reads again what differs, one presentity after the other. */
  private final class Rereading {
    private final ArrayDeque<Found> different;
    private final ArrayDeque<Found> unknown;
    private final Consumer<Boolean> end;
    private boolean failed;

    Rereading(
        final ArrayDeque<Found> different,
        final ArrayDeque<Found> unknown,
        final Consumer<Boolean> end) {
      this.different = different;
      this.unknown = unknown;
      this.end = end;
    }

    void next() {
      final Optional<Found> due =
          Optional.ofNullable(different.isEmpty() ? unknown.poll() : different.poll());
      if (due.isEmpty()) {
        end.accept(!failed);
        return;
      }
      final Presentity presentity =
          state.presentities().obtain(due.get().uri(), due.get().eventPackage());
      state
          .documents()
          .reread(
              presentity,
              answered -> {
                if (!answered) {
                  // the database does not answer: asking it about all the others helps nobody
                  failed = true;
                  different.clear();
                  unknown.clear();
                }
                context.engine().execute(this::next);
              });
    }
  }
}
