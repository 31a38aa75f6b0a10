// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;

/** Parameter {@code default_expires} of the package modules. */
final class DefaultExpires {
  private static final long OTHERWISE = 3600;

  private DefaultExpires() {}

  /**
   * Seconds granted when a request has no Expires.
   *
   * @throws ParameterException when it is below 1
   */
  static int of(final Parameters parameters, final String module, final String name) {
    final long value = parameters.integer(name, OTHERWISE);
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw new ParameterException(
          module, name, value + " is out of range; from 1 to " + Integer.MAX_VALUE);
    }
    return (int) value;
  }
}
