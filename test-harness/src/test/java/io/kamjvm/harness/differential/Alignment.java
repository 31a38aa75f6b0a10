// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.differential.DeclaredDeviation.Side;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;

/** Which entry of one run corresponds to which of the other, and which lines of them differ. */
final class Alignment {
  private Alignment() {}

  /** Two entries that correspond, or one that has no counterpart. */
  record Pair(Optional<Entry> stock, Optional<Entry> ours) {}

  /** A line that only one of two entries has. */
  record Line(Side side, String text) {}

  /**
   * Pairs in order. As many on both sides correspond one by one; else the pairing with the fewest
   * lines that differ is taken.
   */
  static List<Pair> of(final List<Entry> stock, final List<Entry> ours) {
    final List<Pair> pairs = new ArrayList<>();
    if (stock.size() == ours.size()) {
      for (int i = 0; i < stock.size(); i++) {
        pairs.add(new Pair(Optional.of(stock.get(i)), Optional.of(ours.get(i))));
      }
      return pairs;
    }
    final boolean moreInStock = stock.size() > ours.size();
    final List<Entry> more = moreInStock ? stock : ours;
    final List<Integer> partners = partners(more, moreInStock ? ours : stock);
    int next = 0;
    for (int i = 0; i < more.size(); i++) {
      final Optional<Entry> one = Optional.of(more.get(i));
      final Optional<Entry> other =
          partners.contains(i)
              ? Optional.of((moreInStock ? ours : stock).get(next++))
              : Optional.empty();
      pairs.add(moreInStock ? new Pair(one, other) : new Pair(other, one));
    }
    return pairs;
  }

  /* for each of the fewer entries the index of its partner, rising, at the lowest cost */
  private static List<Integer> partners(final List<Entry> more, final List<Entry> fewer) {
    final int[][] cost = new int[fewer.size() + 1][more.size() + 1];
    for (int f = 1; f <= fewer.size(); f++) {
      for (int m = 0; m <= more.size(); m++) {
        cost[f][m] = m < f ? Integer.MAX_VALUE / 2 : best(cost, more, fewer, f, m);
      }
    }
    final LinkedList<Integer> partners = new LinkedList<>();
    int m = more.size();
    for (int f = fewer.size(); f > 0; f--) {
      while (m > f && cost[f][m] == cost[f][m - 1]) {
        m--;
      }
      partners.addFirst(--m);
    }
    return partners;
  }

  private static int best(
      final int[][] cost,
      final List<Entry> more,
      final List<Entry> fewer,
      final int f,
      final int m) {
    final int paired =
        cost[f - 1][m - 1] + lines(fewer.get(f - 1).lines(), more.get(m - 1).lines()).size();
    return m == f ? paired : Math.min(paired, cost[f][m - 1]);
  }

  /** The lines outside of a longest common subsequence, in order. */
  static List<Line> lines(final List<String> stock, final List<String> ours) {
    final int[][] common = new int[stock.size() + 1][ours.size() + 1];
    for (int s = stock.size() - 1; s >= 0; s--) {
      for (int o = ours.size() - 1; o >= 0; o--) {
        common[s][o] =
            stock.get(s).equals(ours.get(o))
                ? common[s + 1][o + 1] + 1
                : Math.max(common[s + 1][o], common[s][o + 1]);
      }
    }
    final List<Line> lines = new ArrayList<>();
    int s = 0;
    int o = 0;
    while (s < stock.size() || o < ours.size()) {
      if (s < stock.size() && o < ours.size() && stock.get(s).equals(ours.get(o))) {
        s++;
        o++;
      } else if (o == ours.size() || (s < stock.size() && common[s + 1][o] >= common[s][o + 1])) {
        lines.add(new Line(Side.STOCK, stock.get(s++)));
      } else {
        lines.add(new Line(Side.OURS, ours.get(o++)));
      }
    }
    return lines;
  }
}
