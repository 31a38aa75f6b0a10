// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.winfo;

import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Who watches a resource (RFC 3858, spec presence 8.4). Immutable.
 *
 * @param version rises by one with each document of a subscription
 * @param full whether all watchers are listed, or those that changed
 * @param resource the presentity's URI
 * @param watched the package that is watched
 */
public record WatcherinfoDocument(
    int version, boolean full, String resource, String watched, List<Watcher> watchers) {

  /**
   * One watcher.
   *
   * @param id the Call-ID of its subscription, or what stands for it
   * @param event what has brought it there: {@code subscribe}, {@code approved} ...
   * @param status {@code active}, {@code pending} ...
   * @param displayName what it calls itself; empty string if nothing
   */
  public record Watcher(String id, String event, String status, String uri, String displayName) {

    /** One of whom no name is known. */
    public Watcher(final String id, final String event, final String status, final String uri) {
      this(id, event, status, uri, "");
    }
  }

  public WatcherinfoDocument {
    watchers = List.copyOf(watchers);
  }

  /** The document as sent. */
  public byte[] bytes() {
    final StringBuilder out = new StringBuilder(256 + 128 * watchers.size());
    out.append("<?xml version=\"1.0\"?>\n")
        .append("<watcherinfo xmlns=\"urn:ietf:params:xml:ns:watcherinfo\" version=\"")
        .append(version)
        .append("\" state=\"")
        .append(full ? "full" : "partial")
        .append("\">\n  <watcher-list resource=\"");
    XmlText.appendValue(out, resource);
    out.append("\" package=\"");
    XmlText.appendValue(out, watched);
    out.append("\">\n");
    for (final Watcher watcher : watchers) {
      out.append("    <watcher id=\"");
      XmlText.appendValue(out, watcher.id());
      out.append("\" event=\"")
          .append(watcher.event())
          .append("\" status=\"")
          .append(watcher.status())
          .append('"');
      if (!watcher.displayName().isEmpty()) {
        out.append(" display-name=\"");
        XmlText.appendValue(out, watcher.displayName());
        out.append('"');
      }
      out.append('>');
      XmlText.appendText(out, watcher.uri());
      out.append("</watcher>\n");
    }
    out.append("  </watcher-list>\n</watcherinfo>\n");
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
