// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import java.util.List;
import java.util.function.Consumer;

/** A command of the management interface. Runs on the engine thread and never blocks. */
public interface MiCommand {

  /**
   * Whether its answer comes when it comes. Such a command is carried out whether or not somebody
   * reads the answer; any other only if somebody does.
   */
  boolean asynchronous();

  /**
   * Carries it out.
   *
   * @param answer told exactly once, now or later
   */
  void execute(List<String> arguments, Consumer<MiReply> answer);
}
