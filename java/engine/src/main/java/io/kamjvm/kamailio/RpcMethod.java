// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** An RPC command. Runs on the engine thread and never blocks. */
@FunctionalInterface
public interface RpcMethod {
  void call(RpcCall call);
}
