// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

/** The limits of event state. At each of them something is refused; nothing stored gives way. */
public final class PresenceLimits {
  private PresenceLimits() {}

  /** Documents of one presentity and package; one more gets the busy answer. */
  static final int PUBLICATIONS_PER_PRESENTITY = 64;

  /** Bytes of a published body, MySQL's {@code blob}; more gets 413. */
  static final int BODY_BYTES = 65_535;

  /** Bytes of a NOTIFY body; an aggregate that is larger is cut to its base document. */
  static final int STATE_BYTES = 65_535;

  /** Bytes of a body that is parsed on the engine thread; larger ones go to the background. */
  static final int SMALL_BODY_BYTES = 4_096;

  /** Operations that wait for one presentity or dialog; one more gets the busy answer. */
  static final int WAITING_OPERATIONS = 64;

  /** States that wait for one watcher of a package that delivers every state; the oldest goes. */
  static final int WAITING_STATES = 32;

  /** Answers to PUBLISH requests that are remembered for retransmissions; the oldest go. */
  static final int RECENT_ANSWERS = 8_192;

  /** Milliseconds that they are remembered: as long as a client may retransmit (64 T1). */
  static final long RECENT_MILLIS = 32_000;

  /** Documents in the table that were complained about, remembered so that each is named once. */
  static final int COMPLAINTS = 1_024;

  /** Expired rows that one look through the table may fail to remove before it ends. */
  static final int BAD_ROWS = 10_000;

  /** Documents that one command lists out of the table; more is a fault. */
  static final int LISTED = 50_000;

  /** Presentities whose names are compared in one turn of the engine. */
  static final int COMPARED = 4_096;

  /** Times that the table is asked again for the body of a watcher's last NOTIFY. */
  static final int LAST_BODY_RETRIES = 8;

  /** Columns {@code username}, {@code domain}, {@code event_id}, in characters. */
  static final int NAME_LENGTH = 64;

  /** Columns that hold URIs, Call-IDs and User-Agents, in characters. */
  static final int URI_LENGTH = 255;

  /** A {@code sender_uri} argument is shorter than this, in characters. */
  static final int SENDER_LENGTH = 254;

  /** Columns that hold tags, in characters. */
  static final int TAG_LENGTH = 128;

  /** A route set, in characters; a longer one gets 400. */
  static final int ROUTE_SET_LENGTH = 8_192;

  /** NOTIFYs that the worker which handled the request sends itself. */
  static final int INLINE_NOTIFIES = 3;

  /** So many watchers of one presentity are told its changes in waves. */
  static final int CROWD = 200;

  /** Watchers of a wave for each millisecond until the next one of the same presentity. */
  static final int CROWD_PER_MILLISECOND = 20;

  /** The next wave waits while more than this part of the last one is under way. */
  static final int CROWD_BEHIND = 16;

  /** How often it waits, each time as long as the first time: watchers may be dead. */
  static final int CROWD_WAITS = 8;

  /** Watchers, records or rows that are dealt with in one turn of the engine. */
  static final int SLICE = 64;

  /** A send that took longer moves its dialog to the slow lane, in microseconds. */
  static final long SLOW_SEND_MICROS = 20_000;

  /** Attempts to bring a state to a watcher that can not be sent to, after the first. */
  static final int SEND_RETRIES = 3;

  /** Milliseconds before the first of these attempts; each further one waits twice as long. */
  static final long SEND_RETRY_MILLIS = 2_000;

  /** Milliseconds between two looks at whether the wall clock was set forward. */
  static final long CLOCK_CHECK_MILLIS = 5_000;

  /** Milliseconds by which it has to be set forward to be noticed. */
  static final long CLOCK_JUMP_MILLIS = 2_500;

  /** A dialog that was read from the table goes on so many counters above what that says. */
  static final int COUNTER_BLOCK = 1_000;

  /** A row is written again when its counters have moved this far: less than half a block. */
  static final int COUNTER_STEP = 250;

  /** Milliseconds after which a changed row is written back. */
  static final long WRITE_BACK_MILLIS = 200;

  /** Rows of one write-back submission. */
  static final int WRITE_BACK_ROWS = 200;

  /** Write-back submissions that wait for their outcome. */
  static final int WRITE_BACK_DEPTH = 4;

  /** Milliseconds between attempts when the journal takes nothing. */
  static final long JOURNAL_RETRY_MILLIS = 1_000;

  /**
   * Questions for turns in dialogs that are under way at a time, each for {@link #SLICE} dialogs.
   */
  static final int TURN_QUESTIONS = 4;

  /** Milliseconds between looks whether all have been told that a document has gone. */
  static final long DEPARTURE_MILLIS = 1_000;

  /** Dialogs of the table that are remembered because sending to them took long. */
  static final int SLOW_DIALOGS = 10_000;

  /** Milliseconds that a watcher's NOTIFY waits for those of who watches the watchers. */
  static final long ORDER_MILLIS = 200;

  /** Times that an end is tried again when another server has just notified in the dialog. */
  static final int END_RETRIES = 5;

  /** Milliseconds after which a reply whose fate nobody reported counts as sent. */
  static final long DELIVERY_PATIENCE_MILLIS = 35_000;

  /** Milliseconds that a package's code may take; then it is taken for hung. */
  public static final long PACKAGE_MILLIS = 5_000;

  /** Threads of one package that work at a time. */
  public static final int PACKAGE_THREADS = 4;

  /** Calls that wait for a thread of one package. */
  public static final int PACKAGE_CALLS = 1_024;

  /** Watchers about whom a package decides in one call. */
  static final int WATCHERS_PER_CALL = 64;

  /** Milliseconds that a presentity's rules are used before they are fetched again. */
  static final long RULES_MILLIS = 5_000;

  /** Seconds after which a watcher about whom nobody decided is forgotten: a day. */
  static final long PENDING_SECONDS = 86_400;

  /** Milliseconds that requests are rehearsed before the first real one. */
  static final long REHEARSAL_MILLIS = 150;

  /** Milliseconds that writing at the end may take. */
  static final long CLOSE_MILLIS = 10_000;
}
