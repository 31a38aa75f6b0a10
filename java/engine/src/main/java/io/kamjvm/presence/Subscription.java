// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SubscriptionView;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;

/**
 * A watcher's subscription: a dialog, and what has been sent in it. Engine thread only.
 *
 * <p>The row holds what the last committed SUBSCRIBE said; the NOTIFY counters run ahead of it.
 */
final class Subscription {

  /** {@code active_watchers.status}. */
  static final int ACTIVE = 1;

  static final int PENDING = 2;
  static final int TERMINATED = 3;

  private final Presentity presentity;
  private final EntityQueue queue = new EntityQueue(() -> {});
  private final Outbox outbox = new Outbox();
  private SubscriptionRow row;
  private long localCseq;
  private int version;
  private long writtenCseq;
  private boolean live;
  private boolean unreserved;
  private RecoveryNote note; // null: none; one more object for each would show
  private WatcherEvent event = WatcherEvent.SUBSCRIBE;

  Subscription(final Presentity presentity, final SubscriptionRow row) {
    this.presentity = presentity;
    this.row = presentity.sharing(row);
    this.localCseq = row.localCseq();
    this.version = row.version();
    this.writtenCseq = row.localCseq();
  }

  Presentity presentity() {
    return presentity;
  }

  /** Operations on the dialog. */
  EntityQueue queue() {
    return queue;
  }

  Outbox outbox() {
    return outbox;
  }

  /** What was last committed. */
  SubscriptionRow row() {
    return row;
  }

  void row(final SubscriptionRow committed) {
    row = presentity.sharing(committed);
  }

  /** The row with the counters as they are now, for the table. */
  SubscriptionRow rowToWrite() {
    return row.withCounters(localCseq, version);
  }

  DialogId dialog() {
    return new DialogId(row.callId(), row.toTag(), row.fromTag());
  }

  /** Whether it counts: committed and not ended. */
  boolean live() {
    return live;
  }

  void live(final boolean now) {
    live = now;
  }

  /** The CSeq of the last NOTIFY. */
  long localCseq() {
    return localCseq;
  }

  /** The number of the last document. */
  int version() {
    return version;
  }

  void countNotify() {
    localCseq++;
    version++;
  }

  /** Where the table counts: the last NOTIFY had these. */
  void count(final long cseq, final int document) {
    localCseq = cseq;
    version = document;
  }

  /** Its place in the recovery log. */
  Optional<RecoveryNote> note() {
    return Optional.ofNullable(note);
  }

  void note(final Optional<RecoveryNote> made) {
    note = made.orElse(null);
  }

  /**
   * It was read from the table: goes on above whatever may have been counted since that was
   * written.
   *
   * @param epoch number of this engine
   */
  void skip(final int epoch) {
    final int counters = PresenceLimits.COUNTER_BLOCK * epoch;
    count(row.localCseq() + counters, row.version() + counters);
    unreserve();
  }

  /** The table does not know yet from where on it counts. */
  void unreserve() {
    unreserved = true;
  }

  /** Whether the table does not know yet from where on it counts. */
  boolean unreserved() {
    return unreserved;
  }

  void reserved() {
    unreserved = false;
  }

  /** How far the counters are ahead of the table. */
  long unwritten() {
    return localCseq - writtenCseq;
  }

  void written(final long cseq) {
    writtenCseq = cseq;
  }

  /** Whether a change of the presentity's documents is for this watcher. */
  boolean hears(final long now) {
    return live && row.status() == ACTIVE && row.reason().isEmpty() && row.expires() > now;
  }

  /** Whether its watcher may see anything. */
  boolean shown() {
    return row.status() == ACTIVE && !row.reason().equals(Verdicts.POLITE_BLOCK);
  }

  /** What has brought it to where it is, as watcher information tells it. */
  WatcherEvent event() {
    return event;
  }

  void event(final WatcherEvent cause) {
    event = cause;
  }

  /**
   * What {@code $subs} shows; {@code expires} in seconds from now, version of the next document.
   */
  SubscriptionView view(final SubscriptionRow of, final long expires) {
    return new SubscriptionView(
        of.presentityUri(),
        of.toUser(),
        of.toDomain(),
        of.fromUser(),
        of.fromDomain(),
        of.watcherUser(),
        of.watcherDomain(),
        of.event(),
        of.eventId(),
        of.toTag(),
        of.fromTag(),
        of.callId(),
        of.remoteCseq(),
        localCseq,
        of.contact(),
        of.localContact(),
        of.recordRoute(),
        expires,
        of.status(),
        of.reason(),
        version + 1,
        of.flags(),
        of.userAgent(),
        of.socketInfo());
  }
}
