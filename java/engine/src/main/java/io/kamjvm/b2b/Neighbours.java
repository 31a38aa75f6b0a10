// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import java.util.Optional;

/** Presence servers in this process. Asked when all modules are made. */
public interface Neighbours {

  /** Module presence, if it is loaded. */
  Optional<LocalPresence> presence();

  /** Module pa, if it is loaded. */
  Optional<LocalPresence> agent();
}
