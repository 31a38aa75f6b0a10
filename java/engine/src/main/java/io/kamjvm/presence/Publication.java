// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.storage.PublicationRow;

/**
 * A published document, as stored and as parsed. Immutable.
 *
 * @param order rises with each creation or modification in this engine; the order of arrival where
 *     seconds do not tell
 */
record Publication(PublicationRow row, Document document, long order) {

  /** The value of {@link PublicationRow#expires} of a document that never expires. */
  static final long HARD_STATE = -1;

  String etag() {
    return row.etag();
  }

  boolean expired(final long now) {
    return row.expires() != HARD_STATE && row.expires() <= now;
  }

  /** Whether it only waits for watchers to be told that it has gone. */
  boolean departed() {
    return Departures.is(row);
  }
}
