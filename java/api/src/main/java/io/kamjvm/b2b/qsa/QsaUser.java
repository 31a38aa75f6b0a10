// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/**
 * Somebody in a jar who uses the Query Status API, found by {@link java.util.ServiceLoader} in the
 * jars of {@code package_dir}, beside event packages or alone. It is made and started on a thread
 * of its own when the server serves; {@code presence_b2b} has to be loaded.
 */
public interface QsaUser {

  /** Begins; returns soon. */
  void start(QsaDomain qsa);
}
