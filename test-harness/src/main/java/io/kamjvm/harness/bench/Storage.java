// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

/** Where state is kept, with the modes of the presence module that go with it. */
enum Storage {
  MEMORY("in memory", 0, 2),
  WRITE_BACK("PostgreSQL, write-back (the default modes)", 2, 1),
  WRITE_THROUGH("PostgreSQL, write-through", 1, 1),
  DATABASE_ONLY("PostgreSQL, database only", 3, 0),
  EMBEDDED("embedded: ours on H2, stock on SQLite; each commit on disk", 1, 1);

  private final String title;
  private final int subsDbMode;
  private final int publCache;

  Storage(final String title, final int subsDbMode, final int publCache) {
    this.title = title;
    this.subsDbMode = subsDbMode;
    this.publCache = publCache;
  }

  /** For people. */
  String title() {
    return title + ", subs_db_mode " + subsDbMode + ", publ_cache " + publCache;
  }

  int subsDbMode() {
    return subsDbMode;
  }

  int publCache() {
    return publCache;
  }

  boolean onPostgres() {
    return this == WRITE_BACK || this == WRITE_THROUGH || this == DATABASE_ONLY;
  }
}
