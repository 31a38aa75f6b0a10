// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One step in the life of a publication: it appears, is replaced or goes. Immutable.
 *
 * @param displaced another publication that goes because this one appears
 */
record PublicationChange(
    Optional<Publication> before, Optional<Publication> after, Optional<Publication> displaced) {

  PublicationChange(final Optional<Publication> before, final Optional<Publication> after) {
    this(before, after, Optional.empty());
  }

  /** Who has brought it about; empty string if that is not known. */
  String sender() {
    return after.or(() -> before).map(p -> p.row().sender()).orElse("");
  }

  /** A publication goes. */
  static PublicationChange removal(final Publication publication) {
    return new PublicationChange(Optional.of(publication), Optional.empty());
  }

  /** Which publications are not there any more. */
  Stream<Publication> gone() {
    return Stream.concat(before.stream(), displaced.stream());
  }

  /** What the step does to the table, which nobody else changes. */
  List<Change> stored() {
    final List<Change> changes = new ArrayList<>(1);
    displaced.ifPresent(d -> changes.add(remove(d.row())));
    changes.add(
        after
            .map(
                a ->
                    before
                        .<Change>map(b -> new Change.ReplacePublication(b.etag(), a.row()))
                        .orElseGet(() -> new Change.PutPublication(a.row())))
            .orElseGet(() -> remove(before.orElseThrow().row())));
    return changes;
  }

  /** What takes {@link #stored} back. */
  List<Change> takenBack() {
    final List<Change> changes = new ArrayList<>(new PublicationChange(after, before).stored());
    displaced.ifPresent(d -> changes.add(new Change.PutPublication(d.row())));
    return changes;
  }

  /** What the step does to a table that others change too: nothing if they were faster. */
  List<Change> storedIfUnchanged() {
    final List<Change> changes = new ArrayList<>(2);
    displaced.ifPresent(d -> changes.add(remove(d.row())));
    if (before.isEmpty()) {
      changes.add(new Change.PutPublication(after.orElseThrow().row()));
      return changes;
    }
    final Publication old = before.get();
    changes.add(
        new Change.ExchangePublication(old.etag(), after.map(Publication::row).orElse(old.row())));
    if (after.isEmpty()) {
      changes.add(remove(old.row()));
    }
    return changes;
  }

  private static Change remove(final PublicationRow row) {
    return new Change.RemovePublication(row.user(), row.domain(), row.event(), row.etag());
  }
}
