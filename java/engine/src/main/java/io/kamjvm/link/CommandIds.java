// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

/** Numbers for commands: unique in an epoch, all lanes and inline ones together. */
final class CommandIds {
  private long last;

  long next() {
    return ++last;
  }
}
