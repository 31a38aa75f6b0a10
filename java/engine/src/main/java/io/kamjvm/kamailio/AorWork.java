// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;

/**
 * What a worker is to do to one AOR of the location table, in order and under one lock.
 *
 * @param table usrloc's name of it
 * @param aor the record's key, not empty
 */
public record AorWork(String table, String aor, List<Action> actions) {

  public AorWork {
    actions = List.copyOf(actions);
  }

  /** One thing to do. */
  public sealed interface Action {}

  /**
   * Updates the binding that usrloc takes for the same, or adds it; nothing happens when the stored
   * one has the same Call-ID and a higher CSeq. An update keeps what the {@link RegisteredContact}
   * does not know: ruid, socket, methods, branch flags.
   *
   * @param contact its {@code ruid} is the beginning of the ruid of a binding that is added, at
   *     most 24 characters
   */
  public record Put(RegisteredContact contact) implements Action {}

  /** Removes the binding, if there is one that is not newer. */
  public record Remove(String uri, String callId, long cseq, String path) implements Action {}

  /** Removes all bindings. */
  public record Clear() implements Action {}
}
