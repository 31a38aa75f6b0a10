// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A difference from stock that is meant. It must be used: one that does not show is a failure.
 *
 * @param line of the file
 * @param id {@code D-nn}, a defect of upstream's; {@code row "…"}, a row of the compatibility page;
 *     or {@code open}, a difference that is not meant to stay
 * @param why in words
 * @param differences exactly what differs
 */
record DeclaredDeviation(int line, String id, String why, List<Difference> differences) {

  /** True when the compatibility page tells it; what is {@link #id open} is not told there. */
  boolean isDocumented(final String page) {
    if (id.startsWith("row ")) {
      return page.contains("\n| " + id.substring(5, id.length() - 1));
    }
    return id.equals("open") || page.contains(id);
  }

  /** On which side something shows that the other one does not. */
  enum Side {
    STOCK,
    OURS
  }

  /**
   * One line, or one whole entry, that shows on one side only.
   *
   * @param line of the file
   * @param whole true: an entry with all its lines; its first line has to match
   * @param who the participant, {@code *} for anybody
   * @param pattern {@code *} stands for any text
   */
  record Difference(int line, Side side, boolean whole, String who, String pattern) {
    boolean covers(final Side where, final String participant, final String text) {
      return side == where
          && (who.equals("*") || who.equals(participant))
          && Pattern.compile(regex(), Pattern.DOTALL).matcher(text).matches();
    }

    private String regex() {
      final StringBuilder regex = new StringBuilder();
      for (final String part : pattern.split("\\*", -1)) {
        regex.append(regex.length() == 0 ? "" : ".*").append(Pattern.quote(part));
      }
      return regex.toString();
    }
  }
}
