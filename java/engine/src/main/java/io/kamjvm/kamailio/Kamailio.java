// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** Kamailio as the engine commands it. Engine thread only; never blocks. */
public interface Kamailio {

  /**
   * Has a courier send the request. Commands of one dialog stay in order only if the caller keeps
   * one in flight. When all queues are full the listener's {@code failed} is called, later.
   */
  void send(Outgoing outgoing);
}
