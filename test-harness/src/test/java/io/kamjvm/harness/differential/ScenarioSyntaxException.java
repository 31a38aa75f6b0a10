// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

/** A scenario or profile that can not be read; the message names file and line. */
final class ScenarioSyntaxException extends RuntimeException {
  ScenarioSyntaxException(final String file, final int line, final String what) {
    super(file + ":" + line + ": " + what);
  }
}
