// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

import java.util.Optional;

/** Where a {@link StatusNotifier} puts what it knows. Thread-safe. */
public interface Sink {

  SubId id();

  SubKey key();

  /**
   * Tells the subscriber. What it has not taken yet is replaced.
   *
   * @param reason as in {@link StatusMessage#reason}
   */
  void send(Status status, Optional<PresenceDoc> doc, Optional<String> reason);
}
