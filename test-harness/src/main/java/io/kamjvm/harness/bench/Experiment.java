// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

/** One scenario of the matrix. */
interface Experiment {
  /** Short, lower case: what {@code ./kamjvm bench NAME} looks at. */
  String name();

  /** Runs it on both sides. */
  Comparison compare(Databases databases);
}
