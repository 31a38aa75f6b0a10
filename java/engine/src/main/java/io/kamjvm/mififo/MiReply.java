// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import java.util.List;
import java.util.Optional;

/** What a command of the management interface answers. */
public sealed interface MiReply {

  /**
   * An answer as a tree of one level.
   *
   * @param code as in SIP: 200 to 299 when the command was carried out
   */
  record Tree(int code, String reason, List<Node> nodes) implements MiReply {
    public Tree {
      nodes = List.copyOf(nodes);
    }

    public boolean successful() {
      return code < 300;
    }
  }

  /**
   * The command could not be understood or carried out.
   *
   * @param why for whoever reads the log
   */
  record Failed(String why) implements MiReply {}

  /** A value below the root. */
  record Node(Optional<String> name, String value) {
    public static Node of(final String name, final String value) {
      return new Node(Optional.of(name), value);
    }

    public static Node unnamed(final String value) {
      return new Node(Optional.empty(), value);
    }
  }

  /** An answer without nodes. */
  static MiReply of(final int code, final String reason) {
    return new Tree(code, reason, List.of());
  }
}
