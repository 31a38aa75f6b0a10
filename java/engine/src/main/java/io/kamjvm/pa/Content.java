// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.List;

/**
 * What one publication says. Immutable.
 *
 * @param notes of the presentity
 * @param extensions elements of the document beside tuples and notes, as XML
 */
record Content(List<Tuple> tuples, List<Note> notes, List<String> extensions) {
  static final Content NONE = new Content(List.of(), List.of(), List.of());

  Content {
    tuples = List.copyOf(tuples);
    notes = List.copyOf(notes);
    extensions = List.copyOf(extensions);
  }
}
