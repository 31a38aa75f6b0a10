// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

/** What a failed statement says about the future of its connection and of its row. */
enum Fault {
  /** The connection is gone; whether a COMMIT under way took effect is unknown. */
  CONNECTION,
  /** This row can not be stored here; other rows can. */
  ROW,
  /** A condition of the change does not hold any more; other changes can be stored. */
  OUTRUN,
  /** The transaction fell victim to another one and may simply be repeated. */
  CONFLICT,
  /** The database answers, but can not work now: locked, full, read-only, no permission. */
  DATABASE
}
