// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import java.util.Optional;

/** Where what is heard is shown to local watchers: {@code feed_mode} (spec pa-and-b2b 2.14). */
enum FeedMode {
  /** Nowhere. */
  OFF,
  /** In module presence beside us. */
  PRESENCE,
  /** In module pa beside us. */
  AGENT,
  /** Where PUBLISH is sent to. */
  PUBLISH;

  /** The mode with this number. */
  static Optional<FeedMode> of(final long number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[(int) number])
        : Optional.empty();
  }
}
