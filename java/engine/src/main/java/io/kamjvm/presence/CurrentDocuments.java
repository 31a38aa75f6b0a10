// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets whoever makes a body wait until a presentity's documents are what they should be made of: no
 * change is under way and, where the table is the truth, it has been read. Whoever comes while a
 * presentity waits for its turn shares the reading. Engine thread only.
 */
final class CurrentDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentDocuments.class);

  /**
   * Who waits.
   *
   * @param wanted whether to go on after the table did not answer
   */
  private record Reader(Runnable read, BooleanSupplier wanted) {}

  private final Optional<DocumentTable> table;
  private final Optional<DocumentTable> rows;
  private final ModuleContext context;
  private final Map<Presentity, Map<Object, Reader>> waiting = new IdentityHashMap<>();
  private Optional<Presentity> justRead = Optional.empty();

  CurrentDocuments(final Publications publications, final ModuleContext context) {
    this.table = publications.truth();
    this.rows = publications.rows();
    this.context = context;
  }

  /** Whether the table is the truth and must be read before each body. */
  boolean table() {
    return table.isPresent();
  }

  /** Whether the documents in memory will do as they are now. */
  boolean atHand(final Presentity presentity) {
    return table.isEmpty() && !presentity.queue().held();
  }

  /**
   * Whether a body can be made from the documents in memory; where the table is the truth they may
   * be older than a change that has just been acknowledged.
   */
  boolean settled(final Presentity presentity) {
    return table.isEmpty()
        || !presentity.queue().held()
        || justRead.filter(p -> p == presentity).isPresent();
  }

  /**
   * Runs the reader with current documents, in this turn or a later one.
   *
   * @param who replaces what the same one has asked for before and not got yet
   * @param wanted while the table does not answer it is asked again as long as this holds
   */
  void whenCurrent(
      final Presentity presentity,
      final Object who,
      final BooleanSupplier wanted,
      final Runnable reader) {
    if (table.isEmpty()) {
      presentity.queue().enterAlways(reader);
      return;
    }
    final boolean first = !waiting.containsKey(presentity);
    waiting
        .computeIfAbsent(presentity, p -> new LinkedHashMap<>(2))
        .put(who, new Reader(reader, wanted));
    if (first) {
      presentity.queue().enterAlways(() -> read(presentity));
    }
  }

  /**
   * Goes on with current documents, in this turn or a later one, or without: the table is asked
   * once.
   *
   * @param done whether the documents are current; the presentity is held until it returns
   */
  void once(final Presentity presentity, final Consumer<Boolean> done) {
    once(table, presentity, done);
  }

  /** As {@link #once}; what others have written into the table is seen in every stored mode. */
  void reread(final Presentity presentity, final Consumer<Boolean> done) {
    once(rows, presentity, done);
  }

  private static void once(
      final Optional<DocumentTable> source,
      final Presentity presentity,
      final Consumer<Boolean> done) {
    if (source.isEmpty()) {
      presentity.queue().enterAlways(() -> done.accept(true));
      return;
    }
    presentity
        .queue()
        .enterAlways(
            () -> {
              presentity.queue().hold();
              source
                  .get()
                  .read(
                      presentity,
                      answered -> {
                        try {
                          done.accept(answered);
                        } finally {
                          presentity.queue().release();
                        }
                      });
            });
  }

  private void read(final Presentity presentity) {
    final Map<Object, Reader> readers = waiting.remove(presentity);
    presentity.queue().hold();
    table
        .orElseThrow()
        .read(
            presentity,
            answered -> {
              try {
                if (answered) {
                  justRead = Optional.of(presentity);
                  slice(List.copyOf(readers.values()), 0);
                } else {
                  later(presentity, readers);
                }
              } finally {
                justRead = Optional.empty();
                presentity.queue().release();
              }
            });
  }

  private void slice(final List<Reader> readers, final int from) {
    final int to = Math.min(readers.size(), from + PresenceLimits.SLICE);
    for (final Reader reader : readers.subList(from, to)) {
      try {
        reader.read().run();
      } catch (final RuntimeException | StackOverflowError e) {
        LOG.error("a reader of documents failed", e);
      }
    }
    if (to < readers.size()) {
      context.engine().execute(() -> slice(readers, to));
    }
  }

  private void later(final Presentity presentity, final Map<Object, Reader> readers) {
    presentity.pin();
    context
        .timers()
        .schedule(
            PresenceLimits.JOURNAL_RETRY_MILLIS,
            () -> {
              presentity.unpin();
              readers.forEach((who, reader) -> again(presentity, who, reader));
              // if nobody wants it any more it may be forgotten
              presentity.queue().enterAlways(() -> {});
            });
  }

  private void again(final Presentity presentity, final Object who, final Reader reader) {
    final boolean asked =
        Optional.ofNullable(waiting.get(presentity)).map(w -> w.containsKey(who)).orElse(false);
    if (!asked && reader.wanted().getAsBoolean()) {
      whenCurrent(presentity, who, reader.wanted(), reader.read());
    }
  }
}
