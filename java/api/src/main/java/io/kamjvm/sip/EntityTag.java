// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

import java.util.Optional;

/**
 * An entity-tag (RFC 3903 section 4.1) in Kamailio's shape {@code a.start.process.counter.n}: n is
 * 0 for a new publication and grows by one with each modification. Immutable.
 */
public record EntityTag(String value) {

  /** A tag for a new publication; unique if (start, process, counter) is. */
  public static EntityTag first(final long start, final long process, final long counter) {
    return new EntityTag("a." + start + "." + process + "." + counter + ".0");
  }

  /** The tag after a modification; empty when this one does not end in a small number. */
  public Optional<EntityTag> next() {
    final int dot = value.lastIndexOf('.');
    final String number = value.substring(dot + 1);
    if (dot < 0 || !number.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(new EntityTag(value.substring(0, dot + 1) + (Integer.parseInt(number) + 1)));
  }
}
