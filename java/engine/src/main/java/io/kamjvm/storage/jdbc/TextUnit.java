// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.nio.charset.StandardCharsets;

/** What a column's declared length counts. */
enum TextUnit {
  CODE_POINTS {
    @Override
    int length(final String text) {
      return text.codePointCount(0, text.length());
    }
  },
  UTF16_UNITS {
    @Override
    int length(final String text) {
      return text.length();
    }
  },
  BYTES {
    @Override
    int length(final String text) {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  };

  abstract int length(String text);
}
