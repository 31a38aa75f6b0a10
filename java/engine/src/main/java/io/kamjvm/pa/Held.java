// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.RecoveryLog;
import java.util.Map;
import java.util.Optional;

/** A publication as it is held now, and where else it is kept. Engine thread only. */
final class Held {
  private Publication publication;
  private Map<PaRow.Key, PaRow> stored;
  private boolean inside;
  private Optional<RecoveryLog.Entry> note = Optional.empty();

  /**
   * @param stored the rows that the tables have of it
   */
  Held(final Publication publication, final Map<PaRow.Key, PaRow> stored) {
    this.publication = publication;
    this.stored = Map.copyOf(stored);
  }

  /** Whether it was heard inside of this process: it ends with whoever watches. */
  boolean inside() {
    return inside;
  }

  /** It was heard inside of this process. */
  Held heardInside() {
    inside = true;
    return this;
  }

  Publication publication() {
    return publication;
  }

  void publication(final Publication now) {
    publication = now;
  }

  Map<PaRow.Key, PaRow> stored() {
    return stored;
  }

  void stored(final Map<PaRow.Key, PaRow> rows) {
    stored = Map.copyOf(rows);
  }

  Optional<RecoveryLog.Entry> note() {
    return note;
  }

  void note(final Optional<RecoveryLog.Entry> made) {
    note = made;
  }
}
