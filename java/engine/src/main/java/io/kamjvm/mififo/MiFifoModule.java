// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.RpcMethod;
import java.util.Map;

/**
 * Module {@code mi_fifo}: commands over a FIFO with the classic line protocol. Its parameters are
 * the runtime's, which makes the FIFO.
 */
public final class MiFifoModule implements KamailioModule {
  private final FifoDesk desk;

  public MiFifoModule(final FifoDesk desk) {
    this.desk = desk;
  }

  @Override
  public String name() {
    return "mi_fifo";
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return desk.methods();
  }

  @Override
  public void flush() {
    desk.stop();
  }
}
