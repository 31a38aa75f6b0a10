// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/** What a message carries. */
public enum ContentType {
  /** A presence document, read; the type is named whether or not one came. */
  PRESENCE_INFO("structured/presence-info"),

  /** A document that nobody has read: only its bytes and their MIME type are there. */
  RAW("raw");

  private final String text;

  ContentType(final String text) {
    this.text = text;
  }

  /** The name that it had before there was Java. */
  public String text() {
    return text;
  }
}
