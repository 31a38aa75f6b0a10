// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

/** Hears what the event ring carries, in order, on the engine thread. Must not throw. */
public interface EventSink {

  /** A frame holds a call. */
  void called(int frame, int generation);

  /** A frame holds the results of a step. */
  void resumed(int frame, int generation);

  /** A request was handed to tm, dropped or refused: {@code KW_EV_SENT}. */
  void sent(long id, TlvReader fields);

  /** A request was answered: {@code KW_EV_COMPLETED}. */
  void completed(long id, TlvReader fields);

  /** What became of a deferred reply: {@code KW_EV_REPLIED}. */
  void replied(long id, TlvReader fields);

  /** Something about the location table: {@code KW_EV_USRLOC}. */
  void usrloc(TlvReader fields);

  /** A part of the location table was read: {@code KW_EV_USRLOC_READ}. */
  void usrlocRead(long id, TlvReader fields);

  /** A courier serves this epoch. */
  void courierReady(int courier);

  /** A record that says nothing known; it was skipped. */
  void malformed(int type, int length);
}
