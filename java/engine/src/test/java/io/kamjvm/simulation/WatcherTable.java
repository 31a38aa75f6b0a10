// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** The watchers that a watcherinfo subscriber knows of, out of full and partial documents. */
final class WatcherTable {
  private final Set<String> known = new TreeSet<>();
  private long version;
  private boolean full;
  private boolean doubtful;

  /** Takes a document in. */
  WatcherTable read(final byte[] body) {
    final String text = new String(body, StandardCharsets.UTF_8);
    if (text.isEmpty()) {
      throw new AssertionError("a watcherinfo NOTIFY without body");
    }
    version = Long.parseLong(between(text, " version=\"", 20));
    full = between(text, " state=\"", 20).equals("full");
    if (full) {
      known.clear();
      doubtful = false;
    }
    int at = text.indexOf("<watcher ");
    while (at >= 0) {
      final String id = between(text, "id=\"", at);
      final String status = between(text, "status=\"", at);
      if (status.equals("terminated")) {
        known.remove(id);
      } else {
        known.add(id);
      }
      at = text.indexOf("<watcher ", at + 1);
    }
    return this;
  }

  private static String between(final String text, final String before, final int from) {
    final int start = text.indexOf(before, from) + before.length();
    return text.substring(start, text.indexOf('"', start));
  }

  long version() {
    return version;
  }

  Set<String> known() {
    return known;
  }

  /** Somebody got lost in a restart, unseen by all. */
  void doubt() {
    doubtful = true;
  }

  boolean doubtful() {
    return doubtful;
  }

  @Override
  public String toString() {
    return (full ? "full " : "partial ") + known;
  }
}
