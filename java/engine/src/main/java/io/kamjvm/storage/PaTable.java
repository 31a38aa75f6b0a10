// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.List;

/**
 * The tables of module {@code pa} (spec pa 1.19), their columns and keys. SER's tables under names
 * that are free beside Kamailio's own.
 */
public enum PaTable {
  /** Who is watched or has published something. */
  PRESENTITY(
      "pa_presentity",
      1,
      text("pres_id", 255),
      text("uri", 255),
      text("uid", 128),
      text("pdomain", 64),
      text("xcap_params", 255)),

  /** Published tuples; {@code basic} 0 open, 1 closed, 2 undefined. */
  CONTACT(
      "pa_presentity_contact",
      2,
      text("pres_id", 255),
      text("tupleid", 64),
      number("basic"),
      number("expires"),
      text("priority", 16),
      text("contact", 1_024),
      text("etag", 64),
      text("published_id", 255)),

  /** Published notes of presentities. */
  NOTES(
      "pa_presentity_notes",
      1,
      text("dbid", 64),
      text("pres_id", 255),
      text("etag", 64),
      text("note", 4_096),
      text("lang", 64),
      number("expires")),

  /** Published elements of presentities, as XML. */
  EXTENSIONS(
      "pa_presentity_extensions",
      1,
      text("dbid", 64),
      text("pres_id", 255),
      text("etag", 64),
      text("element", 65_535),
      number("expires")),

  /** Notes of published tuples. */
  TUPLE_NOTES(
      "pa_tuple_notes",
      1,
      text("dbid", 64),
      text("pres_id", 255),
      text("tupleid", 64),
      text("note", 4_096),
      text("lang", 64)),

  /** Elements of published tuples, as XML; {@code status_extension} 1: it stands in the status. */
  TUPLE_EXTENSIONS(
      "pa_tuple_extensions",
      1,
      text("dbid", 64),
      text("pres_id", 255),
      text("tupleid", 64),
      text("element", 65_535),
      number("status_extension")),

  /** Subscriptions with their dialogs. */
  WATCHERINFO(
      "pa_watcherinfo",
      1,
      text("s_id", 64),
      text("w_uri", 255),
      text("display_name", 128),
      text("package", 32),
      number("status"),
      text("event", 32),
      number("expires"),
      text("accepts", 64),
      text("pres_id", 255),
      text("server_contact", 255),
      text("callid", 255),
      text("local_tag", 128),
      text("remote_tag", 128),
      text("local_uri", 255),
      text("remote_uri", 255),
      text("remote_target", 255),
      text("route_set", 4_096),
      text("socket", 64),
      text("event_id", 64),
      number("local_cseq"),
      number("remote_cseq"),
      number("doc_index")),

  /** Watchers who came while nobody was there to decide about them. */
  OFFLINE_WINFO(
      "pa_offline_winfo",
      1,
      text("dbid", 64),
      text("uid", 128),
      text("watcher", 255),
      text("events", 64),
      text("domain", 64),
      text("status", 32),
      number("created_on"),
      number("expires_on"));

  /**
   * A column.
   *
   * @param length characters; 0: it is a number
   */
  public record Column(String name, int length) {
    /** Whether its values are {@code Long}; else they are {@code String}. */
    public boolean number() {
      return length == 0;
    }
  }

  private final String standardName;
  private final int keyColumns;
  private final List<Column> columns;

  PaTable(final String standardName, final int keyColumns, final Column... columns) {
    this.standardName = standardName;
    this.keyColumns = keyColumns;
    this.columns = List.of(columns);
  }

  private static Column text(final String name, final int length) {
    return new Column(name, length);
  }

  private static Column number(final String name) {
    return new Column(name, 0);
  }

  /** The table's name unless the cfg says another one. */
  public String standardName() {
    return standardName;
  }

  /** How many of the first columns tell rows apart. */
  public int keyColumns() {
    return keyColumns;
  }

  /** Its columns, those of the key first. */
  public List<Column> columns() {
    return columns;
  }
}
