// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

/**
 * A published body in the form that its package works with: parsed once, when published, and shared
 * from then on. Immutable.
 */
public interface Document {

  /** The body as published, byte for byte. Not modified by anybody. */
  byte[] bytes();

  /** A document that is its bytes and nothing else. */
  static Document of(final byte[] bytes) {
    return new Opaque(bytes);
  }
}
