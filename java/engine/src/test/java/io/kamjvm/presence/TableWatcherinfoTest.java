// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import org.junit.jupiter.api.DisplayName;

@DisplayName("watcher information where the table is the truth")
class TableWatcherinfoTest extends WatcherinfoTest {
  @Override
  World world() {
    return new World().param("subs_db_mode", 3).param("notifier_processes", 0);
  }
}
