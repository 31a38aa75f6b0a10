// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The commands that modules offer. Filled before the first call. */
public final class MiCommands {
  private final Map<String, MiCommand> commands = new HashMap<>();

  public void add(final String name, final MiCommand command) {
    commands.put(name, command);
  }

  Optional<MiCommand> find(final String name) {
    return Optional.ofNullable(commands.get(name));
  }
}
