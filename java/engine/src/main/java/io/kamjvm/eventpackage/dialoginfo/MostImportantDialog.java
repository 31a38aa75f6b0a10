// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dialoginfo;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which of several dialogs a phone with one lamp is to show (spec event-packages 4.3): ringing goes
 * before talking, talking before calling, and what is over comes last. Of several elements of one
 * dialog only the furthest state counts.
 */
final class MostImportantDialog {

  /** States in the order in which a dialog passes through them (RFC 4235 section 3.7.1). */
  private static final List<String> PROGRESS =
      List.of("trying", "proceeding", "early", "confirmed", "terminated");

  /** The same in the order of importance. */
  private static final List<String> RANKING =
      List.of("early", "confirmed", "proceeding", "trying", "terminated");

  private MostImportantDialog() {}

  /**
   * Chooses.
   *
   * @param elements of all documents, in their order
   * @return empty when none of them has a state
   */
  static Optional<DialogElement> of(final List<DialogElement> elements) {
    final Map<String, Integer> furthest = new HashMap<>();
    for (final DialogElement element : elements) {
      if (element.id().isPresent()) {
        furthest.merge(key(element), progress(element), Math::max);
      }
    }
    Optional<DialogElement> chosen = Optional.empty();
    int best = Integer.MAX_VALUE;
    for (final DialogElement element : elements) {
      if (element.state().isEmpty()) {
        continue;
      }
      final int rank = rank(element, furthest);
      if (rank <= best) {
        best = rank;
        chosen = Optional.of(element);
      }
    }
    return chosen;
  }

  private static int rank(final DialogElement element, final Map<String, Integer> furthest) {
    final int rank = RANKING.indexOf(state(element));
    final boolean candidate =
        rank >= 0
            && (element.over()
                || element.id().isPresent() && furthest.get(key(element)) == progress(element));
    return candidate ? rank : RANKING.size();
  }

  private static int progress(final DialogElement element) {
    return PROGRESS.indexOf(state(element));
  }

  private static String state(final DialogElement element) {
    return element.state().orElse("").toLowerCase(Locale.ROOT);
  }

  private static String key(final DialogElement element) {
    return element.id().orElseThrow().toLowerCase(Locale.ROOT);
  }
}
