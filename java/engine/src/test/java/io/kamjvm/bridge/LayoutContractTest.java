// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The same bytes in two languages: every constant, tag and offset. */
final class LayoutContractTest {

  @Test
  @DisplayName("Every constant, tag and offset of C is in Java with the same value, and no other")
  void sameOnBothSides() throws IllegalAccessException {
    final Map<String, Long> java = new TreeMap<>(constants(RegionLayout.class));
    java.putAll(constants(Messages.class));
    java.putAll(constants(RecoveryLayout.class));

    final Map<String, Long> c = new TreeMap<>();
    for (int i = 0; Wire.LIBRARY.kw_layout_name(i) != null; i++) {
      final String name = Wire.LIBRARY.kw_layout_name(i);
      c.put(javaName(name), Wire.LIBRARY.kw_layout_get(name));
    }

    assertThat(c).hasSizeGreaterThan(250);
    assertThat(java).containsExactlyInAnyOrderEntriesOf(c);
  }

  @Test
  @DisplayName("An unknown name has no value")
  void unknownName() {
    assertThat(Wire.LIBRARY.kw_layout_get("KW_T_NOTHING")).isEqualTo(-1);
  }

  private static String javaName(final String c) {
    if (c.startsWith("KW_")) {
      return c.substring(3);
    }
    final String name = c.replace('.', '_').toUpperCase(Locale.ROOT);
    return c.startsWith("header.") || c.startsWith("courier.") ? name : name + "_OFFSET";
  }

  private static Map<String, Long> constants(final Class<?> type) throws IllegalAccessException {
    final Map<String, Long> constants = new TreeMap<>();
    for (final Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
        constants.put(field.getName(), ((Number) field.get(null)).longValue());
      }
    }
    return constants;
  }
}
