// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.RecoveryLog;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was published, in memory, in the recovery log and in the tables. Engine thread only. */
final class Publications {
  private final Presentities presentities;
  private final PaNotes notes;
  private final PaBackup backup;
  private final Identifiers ids;

  Publications(
      final Presentities presentities,
      final PaNotes notes,
      final PaBackup backup,
      final Identifiers ids) {
    this.presentities = presentities;
    this.notes = notes;
    this.backup = backup;
    this.ids = ids;
  }

  /** What a request makes of a publication, or of none; not done yet. */
  record Step(Presentity presentity, Optional<Held> before, Publication after) {
    boolean removes() {
      return after.expires() == 0;
    }
  }

  /** One that is new. */
  Step create(final Presentity presentity, final Content content, final long expires) {
    return new Step(
        presentity, Optional.empty(), new Publication(ids.next(), ids.next(), expires, content));
  }

  /** Other content under the same publication: tuples that are published again keep their ids. */
  Step replace(
      final Presentity presentity, final Held held, final Content content, final long expires) {
    final List<Tuple> tuples = new ArrayList<>();
    for (final Tuple tuple : content.tuples()) {
      tuples.add(
          held.publication().content().tuples().stream()
              .filter(t -> t.publishedId().equals(tuple.publishedId()))
              .findFirst()
              .map(t -> tuple.withId(t.id()))
              .orElse(tuple));
    }
    return step(
        presentity, held, new Content(tuples, content.notes(), content.extensions()), expires);
  }

  /** The same content for longer. */
  Step prolong(final Presentity presentity, final Held held, final long expires) {
    return step(presentity, held, held.publication().content(), expires);
  }

  /** Its end. */
  Step remove(final Presentity presentity, final Held held) {
    return step(presentity, held, Content.NONE, 0);
  }

  private Step step(
      final Presentity presentity, final Held held, final Content content, final long expires) {
    return new Step(
        presentity,
        Optional.of(held),
        new Publication(held.publication().id(), ids.next(), expires, content));
  }

  /** The changes that store a step. */
  List<Change> storing(final Step step) {
    if (!backup.kept()) {
      return List.of();
    }
    final List<Change> changes = new ArrayList<>();
    if (!step.removes()) {
      changes.add(new Change.PutPa(PaRows.presentity(step.presentity())));
    }
    changes.addAll(
        PaBackup.difference(step.before().map(Held::stored).orElse(Map.of()), rows(step)));
    return changes;
  }

  private static Map<PaRow.Key, PaRow> rows(final Step step) {
    return step.removes() ? Map.of() : PaRows.of(step.presentity(), step.after());
  }

  /** Does a step that is stored. */
  void apply(final Step step) {
    final Presentity presentity = step.presentity();
    if (step.removes()) {
      step.before().ifPresent(held -> forget(presentity, held));
    } else {
      final Held held = step.before().orElseGet(() -> added(presentity, step.after()));
      held.publication(step.after());
      held.stored(backup.kept() ? rows(step) : Map.of());
      presentity.stored(presentity.stored() || backup.kept());
      notes.note(presentity, held);
      presentities.wakeBy(presentity, step.after().expires());
    }
    presentities.changed(presentity);
  }

  private static Held added(final Presentity presentity, final Publication publication) {
    final Held held = new Held(publication, Map.of());
    presentity.publications().add(held);
    return held;
  }

  private static void forget(final Presentity presentity, final Held held) {
    presentity.publications().remove(held);
    held.note().ifPresent(RecoveryLog.Entry::remove);
  }

  /** Takes over what an earlier engine or server has held. */
  void adopt(final Presentity presentity, final Held held) {
    presentity.publications().add(held);
    if (held.note().isEmpty()) {
      notes.note(presentity, held);
    }
    presentities.wakeBy(presentity, held.publication().expires());
    presentities.changed(presentity);
  }

  /** Ends one, and has its rows removed soon. */
  void withdraw(final Presentity presentity, final Held held) {
    final Step step = remove(presentity, held);
    backup.write(storing(step));
    apply(step);
  }

  /** Ends those whose time is over. */
  void expire(final Presentity presentity, final long now) {
    final Iterator<Held> each = List.copyOf(presentity.publications()).iterator();
    while (each.hasNext()) {
      final Held held = each.next();
      if (held.publication().expires() <= now) {
        withdraw(presentity, held);
      }
    }
  }
}
