// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the numbers of a JSON object: {@code {"a": {"b": 1}}} becomes {@code a.b = 1}. Strings are
 * passed over; arrays, null and truth values do not occur in what the load generator prints.
 */
final class FlatJson {
  private final String text;
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private int at;

  private FlatJson(final String text) {
    this.text = text;
  }

  /**
   * Reads one object.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static Map<String, Double> numbers(final String text) {
    final FlatJson json = new FlatJson(text.strip());
    json.object("");
    if (json.at != json.text.length()) {
      throw json.wrong("end");
    }
    return json.numbers;
  }

  private void object(final String path) {
    expect('{');
    blanks();
    if (peek() == '}') {
      at++;
      return;
    }
    while (true) {
      blanks();
      final String name = string();
      blanks();
      expect(':');
      blanks();
      value(path.isEmpty() ? name : path + "." + name);
      blanks();
      if (peek() == '}') {
        at++;
        return;
      }
      expect(',');
    }
  }

  private void value(final String path) {
    switch (peek()) {
      case '{' -> object(path);
      case '"' -> string();
      default -> numbers.put(path, number());
    }
  }

  private double number() {
    final int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (from == at) {
      throw wrong("a number");
    }
    return Double.parseDouble(text.substring(from, at));
  }

  private String string() {
    expect('"');
    final int end = text.indexOf('"', at);
    if (end < 0 || text.substring(at, end).contains("\\")) {
      throw wrong("a plain string");
    }
    final String string = text.substring(at, end);
    at = end + 1;
    return string;
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    if (at == text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private void expect(final char wanted) {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "'");
    }
    at++;
  }

  private IllegalArgumentException wrong(final String wanted) {
    return new IllegalArgumentException("not JSON, wanted " + wanted + " at " + at + ": " + text);
  }
}
