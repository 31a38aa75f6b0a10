// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.nio.charset.Charset;
import java.util.Optional;

/**
 * What one column can hold.
 *
 * @param bound greatest length (text in {@code unit}, bytes) or greatest number
 * @param charset empty when every character fits
 */
record ColumnRule(Column column, long bound, TextUnit unit, Optional<Charset> charset) {

  /** Why the column can not hold the value; empty when it can. Never shows the value. */
  Optional<String> objection(final Object value) {
    return switch (column.type()) {
      case TEXT -> textObjection((String) value);
      case NUMBER -> numberObjection((Long) value);
      case BYTES ->
          ((byte[]) value).length > bound
              ? Optional.of(tooLong(((byte[]) value).length))
              : Optional.empty();
    };
  }

  private Optional<String> numberObjection(final long value) {
    return value > bound || value < -bound - 1
        ? Optional.of(column.name() + " is out of range: " + value)
        : Optional.empty();
  }

  private Optional<String> textObjection(final String text) {
    if (text.indexOf('\0') >= 0) {
      return Optional.of(column.name() + " holds a NUL character");
    }
    if (!isWellFormed(text)) {
      return Optional.of(column.name() + " is not valid Unicode");
    }
    // No unit counts more than three per char, so most texts need no exact count.
    if (text.length() * 3L > bound && unit.length(text) > bound) {
      return Optional.of(tooLong(unit.length(text)));
    }
    if (charset.isPresent() && !charset.get().newEncoder().canEncode(text)) {
      return Optional.of(
          column.name() + " holds a character outside the column's set " + charset.get().name());
    }
    return Optional.empty();
  }

  private String tooLong(final int length) {
    return column.name() + " is too long: " + length + ", the column holds " + bound;
  }

  private static boolean isWellFormed(final String text) {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
