// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a line, taken one by one from the left. {@code "Quotes"} hold a word together. */
final class Words {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  private final List<String> words;
  private int next;

  Words(final String line) {
    final List<String> found = new ArrayList<>();
    final Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      found.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    this.words = found;
  }

  boolean more() {
    return next < words.size();
  }

  /** The next word without taking it; empty at the end. */
  String peek() {
    return more() ? words.get(next) : "";
  }

  /**
   * Takes the next word.
   *
   * @throws NoSuchElementException naming what was wanted
   */
  String take(final String wanted) {
    if (!more()) {
      throw new NoSuchElementException("missing: " + wanted);
    }
    return words.get(next++);
  }

  /** Takes the next word if it is this one. */
  boolean skip(final String word) {
    if (peek().equals(word)) {
      next++;
      return true;
    }
    return false;
  }

  /** Takes the words up to {@code ->} or the end. */
  List<String> untilArrow() {
    final List<String> taken = new ArrayList<>();
    while (more() && !peek().equals("->")) {
      taken.add(take("word"));
    }
    return taken;
  }

  /** Takes {@code ->} and the word after it. */
  String result() {
    final String arrow = take("-> and what is expected");
    if (!arrow.equals("->")) {
      throw new IllegalArgumentException("not understood: " + arrow);
    }
    return take("what is expected after ->");
  }

  void end() {
    if (more()) {
      throw new IllegalArgumentException("not understood: " + peek());
    }
  }
}
