// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** A function that the routing script calls. Runs on the engine thread and never blocks. */
@FunctionalInterface
public interface ScriptFunction {
  void call(Call call);
}
