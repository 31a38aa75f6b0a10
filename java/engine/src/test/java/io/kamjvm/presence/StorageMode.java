// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.ArrayList;
import java.util.List;

/** A pair of {@code subs_db_mode} and {@code publ_cache} with tables. */
record StorageMode(int subsDbMode, int publCache) {

  /** All that have a database; in mode 3 without notifiers. */
  static List<StorageMode> all() {
    final List<StorageMode> all = new ArrayList<>();
    for (int subs = 0; subs <= 3; subs++) {
      for (int publ = 0; publ <= 2; publ++) {
        if (subs > 0 || publ < 2) {
          all.add(new StorageMode(subs, publ));
        }
      }
    }
    return all;
  }

  World world() {
    return new World()
        .param("subs_db_mode", subsDbMode)
        .param("publ_cache", publCache)
        .param("clean_period", 1)
        .param("notifier_processes", 0);
  }

  @Override
  public String toString() {
    return "subs_db_mode " + subsDbMode + ", publ_cache " + publCache;
  }
}
