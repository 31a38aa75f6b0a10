// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.Optional;

/**
 * A tuple that nobody has published: a registered contact, or what was injected. Immutable.
 *
 * @param expires epoch seconds after which it vanishes; 0: never
 * @param activity an RPID activity; empty if none
 */
record SourceTuple(Tuple tuple, long expires, Optional<String> activity) {

  boolean open() {
    return tuple.basic() == Basic.OPEN;
  }
}
