// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/** A tuple's basic status (RFC 3863 section 4.1.4). The order is that of the table's numbers. */
enum Basic {
  OPEN,
  CLOSED,
  /** Nobody has said: the document has no such element. */
  UNDEFINED
}
