// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Map;

/** The engine's side of one loaded module: what its shim's tables name is found here. */
public interface KamailioModule {

  /** As in {@code loadmodule "name.so"} and {@code modparam}. */
  String name();

  /** Every parameter it accepts. */
  default List<ModParam> params() {
    return List.of();
  }

  /** Script functions by name; {@code kemi:name} where the KEMI form differs. */
  default Map<String, ScriptFunction> functions() {
    return Map.of();
  }

  /** RPC commands by full name, e.g. {@code presence.cleanup}. */
  default Map<String, RpcMethod> rpcs() {
    return Map.of();
  }

  /** Names of functions whose reply may be deferred (a durable storage mode is on). */
  default List<String> mayDefer() {
    return List.of();
  }

  /** Names of functions whose contract is to reply: on failure the busy answer is sent for them. */
  default List<String> replies() {
    return List.of();
  }

  /** Those of {@link #replies} that count as successful, 1, when the busy answer was sent. */
  default List<String> taken() {
    return List.of();
  }

  /**
   * Names of functions for which the worker makes a transaction before it sends their reply, if the
   * script has made none: then tm answers retransmissions.
   */
  default List<String> transactions() {
    return List.of();
  }

  /** XAVPs that it wants to find in a {@link SipRequest}, each as {@code root=>child}. */
  default List<String> xavps() {
    return List.of();
  }

  /**
   * Event routes of the cfg that hear final answers ({@link OutgoingRequest#answerRoute}), and for
   * each the XAVPs, {@code root=>child}, whose numbers are wanted afterwards; at most two.
   */
  default Map<String, List<String>> answerRoutes() {
    return Map.of();
  }

  /**
   * Opens databases and loads state. On the starting thread, before the engine thread runs; may
   * block and may throw: the message stops Kamailio's start. Every module has been constructed
   * before the first one is opened.
   */
  default void open() throws Exception {}

  /**
   * Exercises code that the first calls will need, without lasting effect. On the engine thread,
   * after all modules are open; bounded to some 100 ms.
   */
  default void warmUp() {}

  /** Called on the engine thread when all modules are open, before the first call. */
  default void serve() {}

  /**
   * How long the oldest change that is not committed yet has been waiting, in nanoseconds; 0 when
   * there is none. Beyond 200 ms nobody waits for the engine (bridge.md section 2). Engine thread,
   * up to a hundred times per second.
   */
  default long uncommittedAgeNanos() {
    return 0;
  }

  /** Called on the engine thread when the engine stops: submit what is not stored yet. */
  default void flush() {}

  /** Called after the engine thread has ended; writes what was submitted. Bounded. */
  default void close() {}
}
