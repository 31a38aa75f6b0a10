// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

/** Answers as they are written to a reply FIFO (spec pua 2.4). */
final class FifoText {
  static final String INTERNAL_ERROR = "500 Internal server error\n";

  private FifoText() {}

  /** The answer of a command of that name. */
  static String of(final MiReply reply, final String command) {
    return reply instanceof MiReply.Tree tree ? of(tree) : failed(command);
  }

  private static String of(final MiReply.Tree tree) {
    final StringBuilder text = new StringBuilder();
    text.append(tree.code()).append(' ').append(line(tree.reason())).append('\n');
    for (final MiReply.Node node : tree.nodes()) {
      node.name().ifPresent(name -> text.append(name).append(":: "));
      text.append(line(node.value())).append('\n');
    }
    return text.append('\n').toString();
  }

  static String unknown(final String command) {
    return "500 command '" + command + "' not available\n";
  }

  static String notUnderstood(final String command) {
    return "400 parse error in command '" + command + "'\n";
  }

  private static String failed(final String command) {
    return "500 command '" + command + "' failed\n";
  }

  /** What a peer says must not end a line of ours. */
  private static String line(final String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
