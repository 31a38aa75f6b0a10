// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which documents of a user on the XCAP server somebody says have changed (spec pa 1.7).
 *
 * @param host of the XCAP server
 * @param presentity {@code user@host}
 * @param publisher who has said so
 */
record XcapChangeDocument(
    String host, String presentity, List<Kind> kinds, String method, String publisher) {

  /** The kinds of documents, by the words in the published body that mean them. */
  enum Kind {
    PRESENCE_LISTS("presence-lists", "presence.xml"),
    WATCHERINFO("watcherinfo", "watcherinfo.xml");

    private final String word;
    private final String file;

    Kind(final String word, final String file) {
      this.word = word;
      this.file = file;
    }

    /** Those that the text names. */
    static List<Kind> named(final String text) {
      final List<Kind> named = new ArrayList<>();
      for (final Kind kind : values()) {
        if (text.toLowerCase(Locale.ROOT).contains(kind.word)) {
          named.add(kind);
        }
      }
      return named;
    }
  }

  XcapChangeDocument {
    kinds = List.copyOf(kinds);
  }

  /** Nothing has changed yet. */
  static XcapChangeDocument none(final String host, final String presentity) {
    return new XcapChangeDocument(host, presentity, List.of(), "", "");
  }

  /** What both tell; the newer one's publisher. */
  XcapChangeDocument and(final Optional<XcapChangeDocument> earlier) {
    final List<Kind> all = new ArrayList<>(kinds);
    earlier.ifPresent(e -> e.kinds.stream().filter(kind -> !all.contains(kind)).forEach(all::add));
    return new XcapChangeDocument(host, presentity, all, method, publisher);
  }

  byte[] bytes() {
    final StringBuilder out = new StringBuilder("<?xml version=\"1.0\"?>\n<documents>\n");
    for (final Kind kind : kinds) {
      out.append("  <document uri=\"");
      XmlText.appendValue(
          out, "http://" + host + "/" + kind.word + "/users/" + presentity + "/" + kind.file);
      XmlText.appendValue(out.append("\">\n    <change method=\""), method);
      XmlText.appendValue(out.append("\" publisher=\""), publisher);
      out.append("\"/>\n  </document>\n");
    }
    return out.append("</documents>\n").toString().getBytes(StandardCharsets.UTF_8);
  }
}
