// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import java.util.Optional;

/** One step in the life of a publication: it appears, is replaced or goes. Immutable. */
record PublicationChange(Optional<Publication> before, Optional<Publication> after) {

  /** The same step backwards. */
  PublicationChange reversed() {
    return new PublicationChange(after, before);
  }

  /** Who has brought it about; empty string if that is not known. */
  String sender() {
    return after.or(() -> before).map(p -> p.row().sender()).orElse("");
  }

  /** What the step does to the table. */
  Change stored() {
    if (after.isEmpty()) {
      final PublicationRow row = before.orElseThrow().row();
      return new Change.RemovePublication(row.user(), row.domain(), row.event(), row.etag());
    }
    final PublicationRow row = after.get().row();
    return before
        .<Change>map(b -> new Change.ReplacePublication(b.etag(), row))
        .orElseGet(() -> new Change.PutPublication(row));
  }
}
