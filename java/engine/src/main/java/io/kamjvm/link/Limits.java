// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

/** The bounds of this package, in one place. */
public final class Limits {
  /** Events read in one turn of the engine. */
  static final int EVENTS_PER_TURN = 64;

  /** Tasks of other threads run in one turn. */
  static final int TASKS_PER_TURN = 64;

  /** Timers run in one turn. */
  static final int TIMERS_PER_TURN = 64;

  /** Longest sleep of the engine thread, milliseconds: the heartbeat must come every 100. */
  static final int SLEEP_MILLIS = 80;

  /** Before it sleeps, the engine thread leaves results of commands so long, microseconds. */
  static final int DOZE_MICROS = 1_000;

  /** Between two heartbeats while there is work, milliseconds. */
  static final int BEAT_MILLIS = 10;

  /** Requests that a request courier has at once. */
  static final int CREDITS = 64;

  /** Requests that a slow courier has at once: each may take seconds of DNS. */
  static final int SLOW_CREDITS = 4;

  /** Replies that a reply courier has at once. */
  static final int REPLY_CREDITS = 256;

  /** A sent request gives its credit back after this time, milliseconds, answered or not. */
  static final int CREDIT_MILLIS = 500;

  /** Requests waiting for a courier, each lane. */
  static final int QUEUED_REQUESTS = 65_536;

  /** Added to tm's fr_timer: no result after that means it is lost, milliseconds. */
  static final int WATCHDOG_MILLIS = 5_000;

  /** Requests that the worker sends itself after a reply. */
  static final int INLINE_REQUESTS = 16;

  /** Bytes of records one RPC answer may have. */
  static final int RPC_BYTES = 32 * 1024 * 1024;

  /** Patience with a process that died while it wrote an event, milliseconds. */
  static final int UNBLOCK_MILLIS = 5_000;

  private Limits() {}
}
