// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

/** A body that its package does not look into. */
final class Opaque implements Document {
  private final byte[] body;

  Opaque(final byte[] body) {
    this.body = body;
  }

  @Override
  public byte[] bytes() {
    return body;
  }
}
