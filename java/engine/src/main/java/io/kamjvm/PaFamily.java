// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.pa.PaModule;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.jdbc.JdbcStoreFactory;
import io.kamjvm.storage.jdbc.JdbcXcapDocumentsFactory;

/** SER's presence agent, and with whom it shares internal subscriptions. */
final class PaFamily {
  private final RecoveryLog recovery;
  private final B2bFamily watching;

  PaFamily(final RecoveryLog recovery, final B2bFamily watching) {
    this.recovery = recovery;
    this.watching = watching;
  }

  KamailioModule pa(final ModuleContext context) {
    final PaModule made =
        new PaModule(
            context,
            new JdbcStoreFactory(context.engine()),
            new JdbcXcapDocumentsFactory(),
            recovery,
            watching.domain());
    watching.agent(made.publishing());
    return made;
  }
}
