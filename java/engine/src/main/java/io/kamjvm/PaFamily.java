// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.pa.PaModule;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.jdbc.JdbcStoreFactory;
import io.kamjvm.storage.jdbc.JdbcXcapDocumentsFactory;

/** SER's presence agent. */
final class PaFamily {
  private final RecoveryLog recovery;

  PaFamily(final RecoveryLog recovery) {
    this.recovery = recovery;
  }

  KamailioModule pa(final ModuleContext context) {
    return new PaModule(
        context, new JdbcStoreFactory(context.engine()), new JdbcXcapDocumentsFactory(), recovery);
  }
}
