// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.util.List;

/**
 * One thing that a run showed: a reply, a NOTIFY, a row, the output of a command.
 *
 * @param step line of the scenario's step
 * @param who the participant, or {@code database}, {@code rpc}, {@code script}, {@code log}
 * @param kind entries are compared with entries of their kind only
 * @param lines what is compared
 */
record Entry(int step, String who, Kind kind, List<String> lines) {
  /** Kinds of entries. */
  enum Kind {
    REPLY,
    REQUEST,
    ROW,
    OUTPUT
  }

  String first() {
    return lines.get(0);
  }
}
