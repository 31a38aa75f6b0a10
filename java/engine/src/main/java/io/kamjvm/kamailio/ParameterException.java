// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** A parameter of the cfg that stops the start; the message names module, parameter and remedy. */
public final class ParameterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ParameterException(final String module, final String parameter, final String why) {
    super("modparam(\"" + module + "\", \"" + parameter + "\"): " + why);
  }
}
