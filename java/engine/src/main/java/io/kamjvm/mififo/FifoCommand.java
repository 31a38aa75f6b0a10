// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import java.util.List;
import java.util.Optional;

/**
 * What was written to the FIFO between two empty lines (spec pua 2.4): {@code :command:reply name},
 * then the arguments.
 *
 * @param replyName of the reply FIFO; may be empty
 * @param arguments empty when they can not be understood
 */
record FifoCommand(String name, String replyName, Optional<List<String>> arguments) {
  private static final int LONGEST_LINE = 1_022;
  private static final int SHORTEST_LINE = 3;

  /**
   * Reads.
   *
   * @param block lines, without the empty one
   * @param cut whether the end is missing
   * @throws FifoSyntaxException when the first line is no command
   */
  static FifoCommand parse(final String block, final boolean cut) throws FifoSyntaxException {
    final int end = block.indexOf('\n');
    final String line = FifoLines.strip(end < 0 ? block : block.substring(0, end));
    final int colon = line.indexOf(':', 1);
    if (!line.startsWith(":") || line.length() < SHORTEST_LINE || colon < 0) {
      throw new FifoSyntaxException("a command begins with a line :command:reply name");
    }
    if (line.length() > LONGEST_LINE) {
      throw new FifoSyntaxException("the first line is longer than " + LONGEST_LINE);
    }
    final String name = line.substring(1, colon);
    final String replyName = line.substring(colon + 1);
    if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new FifoSyntaxException("the command's name is empty or no word");
    }
    if (!replyName.chars().allMatch(c -> c >= ' ' && "./\\".indexOf(c) < 0)) {
      throw new FifoSyntaxException("the reply FIFO's name has one of the characters . / \\");
    }
    return new FifoCommand(
        name,
        replyName,
        cut ? Optional.empty() : FifoLines.values(end < 0 ? "" : block.substring(end + 1)));
  }
}
