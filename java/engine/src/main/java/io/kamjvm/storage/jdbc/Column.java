// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

/**
 * A column this store reads and writes.
 *
 * @param emptyIsNull whether an empty string is stored as NULL; NULL always reads as empty string
 */
record Column(String name, Type type, boolean emptyIsNull) {

  enum Type {
    TEXT,
    NUMBER,
    BYTES
  }

  static Column text(final String name) {
    return new Column(name, Type.TEXT, false);
  }

  static Column nullableText(final String name) {
    return new Column(name, Type.TEXT, true);
  }

  static Column number(final String name) {
    return new Column(name, Type.NUMBER, false);
  }

  static Column bytes(final String name) {
    return new Column(name, Type.BYTES, false);
  }
}
