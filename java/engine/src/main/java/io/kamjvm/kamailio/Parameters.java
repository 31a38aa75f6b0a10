// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the cfg says to one module. Immutable. */
public interface Parameters {

  /** The module's name. */
  String module();

  /** The last value given, if any. */
  Optional<String> string(String name);

  /** All values given, in order. */
  List<String> strings(String name);

  /** The last value given, if any. */
  OptionalLong integer(String name);

  /** The value given or the default. */
  default long integer(final String name, final long otherwise) {
    return integer(name).orElse(otherwise);
  }
}
