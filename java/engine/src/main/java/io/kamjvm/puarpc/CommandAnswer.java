// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puarpc;

import io.kamjvm.kamailio.RpcCall;

/** The one answer of a command, whoever has it first. */
final class CommandAnswer {
  private final RpcCall call;
  private boolean given;

  CommandAnswer(final RpcCall call) {
    this.call = call;
  }

  void finish() {
    finish(() -> {});
  }

  /** Ends the command with what {@code content} adds. */
  void finish(final Runnable content) {
    if (!given) {
      given = true;
      content.run();
      call.finish();
    }
  }

  void fault(final int code, final String text) {
    if (!given) {
      given = true;
      call.fault(code, text);
    }
  }
}
