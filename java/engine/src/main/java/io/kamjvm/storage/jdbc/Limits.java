// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.time.Duration;

/**
 * Every bound of the journal and of the readers.
 *
 * @param depth submissions without outcome; more are not taken
 * @param batch submissions per transaction
 * @param patience how long a submission may wait for its transaction to begin
 * @param statement how long a statement of the journal may run or wait for a lock
 * @param transaction how long a transaction may take, and a server may stay silent
 * @param connect how long connecting may take
 * @param firstPause pause before the second attempt to reconnect; doubles from there
 * @param longestPause longest pause between attempts to reconnect
 */
record Limits(
    int depth,
    int batch,
    Duration patience,
    Duration statement,
    Duration transaction,
    Duration connect,
    Duration firstPause,
    Duration longestPause,
    Reading reading) {

  /**
   * The bounds of questions.
   *
   * @param readers threads, each with a connection while it is busy
   * @param questions questions that wait; more are not taken
   * @param deadline from a question to its answer
   */
  record Reading(int readers, int questions, Duration deadline) {}

  /** The same for the start, when nobody waits for an answer and the JVM is cold. */
  Limits atStart() {
    return new Limits(
        depth,
        batch,
        patience,
        statement,
        transaction,
        connect.multipliedBy(3),
        firstPause,
        longestPause,
        reading);
  }

  static Limits standard() {
    return new Limits(
        16_384,
        512,
        Duration.ofSeconds(1),
        Duration.ofSeconds(8),
        Duration.ofSeconds(12),
        Duration.ofSeconds(3),
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        new Reading(4, 4096, Duration.ofSeconds(2)));
  }
}
