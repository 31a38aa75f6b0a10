// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** A parameter that a module accepts, as its shim declares it too. */
public record ModParam(String name, Type type) {

  /** As in Kamailio's {@code modparam}. */
  public enum Type {
    INTEGER,
    STRING
  }

  public static ModParam integer(final String name) {
    return new ModParam(name, Type.INTEGER);
  }

  public static ModParam string(final String name) {
    return new ModParam(name, Type.STRING);
  }
}
