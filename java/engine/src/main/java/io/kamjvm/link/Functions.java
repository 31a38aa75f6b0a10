// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the shims' tables name, by the ids of the config section. Filled before serving. */
public final class Functions {

  /** Something that can be called. */
  sealed interface Function {
    String name();
  }

  record Script(String name, ScriptFunction body) implements Function {}

  record Rpc(String name, RpcMethod body) implements Function {}

  private final Map<Long, Function> functions = new HashMap<>();

  /** A script function; {@code name} is for the log. */
  public void script(final long id, final String name, final ScriptFunction body) {
    add(id, new Script(name, body));
  }

  /** An RPC command. */
  public void rpc(final long id, final String name, final RpcMethod body) {
    add(id, new Rpc(name, body));
  }

  private void add(final long id, final Function function) {
    if (functions.putIfAbsent(id, function) != null) {
      throw new IllegalArgumentException("two functions have the id " + id);
    }
  }

  Optional<Function> find(final long id) {
    return Optional.ofNullable(functions.get(id));
  }
}
