// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.List;

/**
 * One element of a presentity's state. Immutable.
 *
 * @param id as watchers see it; never the published one
 * @param publishedId as its publisher calls it; empty string if nobody has published it
 * @param contact URI; empty string if none
 * @param priority hundredths, 0 to 100
 * @param statusExtensions elements beside {@code basic}, as XML
 * @param extensions elements of the tuple, as XML
 */
record Tuple(
    String id,
    String publishedId,
    Basic basic,
    String contact,
    int priority,
    List<Note> notes,
    List<String> statusExtensions,
    List<String> extensions) {

  Tuple {
    notes = List.copyOf(notes);
    statusExtensions = List.copyOf(statusExtensions);
    extensions = List.copyOf(extensions);
  }

  /** One of a contact that has registered, or that somebody has told us of. */
  static Tuple of(final String id, final Basic basic, final String contact, final int priority) {
    return new Tuple(id, "", basic, contact, priority, List.of(), List.of(), List.of());
  }

  Tuple withId(final String newId) {
    return new Tuple(
        newId, publishedId, basic, contact, priority, notes, statusExtensions, extensions);
  }

  Tuple closed() {
    return new Tuple(
        id, publishedId, Basic.CLOSED, contact, priority, notes, statusExtensions, extensions);
  }

  /** The priority as documents show it, e.g. {@code 0.50}. */
  String priorityText() {
    return priority / 100 + "." + priority / 10 % 10 + priority % 10;
  }
}
