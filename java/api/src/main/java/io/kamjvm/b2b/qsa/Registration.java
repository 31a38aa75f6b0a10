// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/** A notifier's place in the domain, until it is closed. */
public interface Registration extends AutoCloseable {
  @Override
  void close();
}
