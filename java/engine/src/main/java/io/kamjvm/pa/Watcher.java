// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.RecoveryLog;
import java.util.Optional;

/**
 * A subscription: a dialog, what its watcher may see and what it has seen. Engine thread only.
 *
 * <p>At most one NOTIFY is under way; newer state waits and replaces what waited.
 */
final class Watcher {
  private final String id;
  private final Presentity presentity;
  private final PaEvent event;
  private final String eventId;
  private final DocumentFormat format;
  private final DialogId dialog;
  private final Party party;

  private String remoteTarget;
  private long remoteCseq;
  private long expires;
  private Verdict verdict;
  private String cause = "subscribe";
  private Optional<String> ended = Optional.empty();
  private long localCseq;
  private long writtenCseq;
  private int version;
  private int shown;
  private boolean inFlight;
  private boolean due;
  private boolean slow;
  private boolean finished;
  private Optional<XcapChangeDocument> xcapChange = Optional.empty();
  private Optional<OfflineWatcherinfo.Dump> dump = Optional.empty();
  private Optional<RecoveryLog.Entry> note = Optional.empty();
  private Verdict judged;

  /**
   * What does not change in a dialog beside its id.
   *
   * @param uri the watcher's, without parameters
   * @param displayName what it calls itself; empty string if nothing
   * @param localUri From of NOTIFYs
   * @param remoteUri To of NOTIFYs
   * @param serverContact our Contact
   * @param socket where NOTIFYs leave
   */
  record Party(
      String uri,
      String displayName,
      String localUri,
      String remoteUri,
      String routeSet,
      String serverContact,
      String socket) {}

  Watcher(
      final String id,
      final Presentity presentity,
      final PaEvent event,
      final String eventId,
      final DocumentFormat format,
      final DialogId dialog,
      final Party party,
      final Verdict verdict) {
    this.id = id;
    this.presentity = presentity;
    this.event = event;
    this.eventId = eventId;
    this.format = format;
    this.dialog = dialog;
    this.party = party;
    this.verdict = verdict;
    this.judged = verdict;
    this.remoteTarget = party.remoteUri();
  }

  /** Unique, also as watcher information shows it. */
  String id() {
    return id;
  }

  Presentity presentity() {
    return presentity;
  }

  PaEvent event() {
    return event;
  }

  /** The Event's id; empty string if none. */
  String eventId() {
    return eventId;
  }

  DocumentFormat format() {
    return format;
  }

  DialogId dialog() {
    return dialog;
  }

  Party party() {
    return party;
  }

  String remoteTarget() {
    return remoteTarget;
  }

  void remoteTarget(final String uri) {
    remoteTarget = uri;
  }

  /** What the last SUBSCRIBE said. */
  void subscribed(final long cseq, final String target, final long until) {
    remoteCseq = cseq;
    remoteTarget = target;
    expires = until;
  }

  long remoteCseq() {
    return remoteCseq;
  }

  /** Epoch seconds. */
  long expires() {
    return expires;
  }

  Verdict verdict() {
    return verdict;
  }

  void verdict(final Verdict now, final String why) {
    verdict = now;
    cause = why;
  }

  /** What has brought it where it is, as watcher information tells it. */
  String cause() {
    return cause;
  }

  /** Why it has ended, as Subscription-State tells it; empty while it lives. */
  Optional<String> ended() {
    return ended;
  }

  void end(final String reason) {
    ended = Optional.of(reason);
  }

  /** The CSeq of the last NOTIFY. */
  long localCseq() {
    return localCseq;
  }

  /** The version of the last watcher information. */
  int version() {
    return version;
  }

  /** Where its counters stand after what an earlier engine has sent. */
  void count(final long cseq, final int documents) {
    localCseq = cseq;
    version = documents;
    writtenCseq = cseq;
  }

  /** One more NOTIFY leaves, with what this number stands for. */
  void notified(final int print) {
    localCseq++;
    shown = print;
  }

  /** The version of the watcher information that leaves. */
  int nextVersion() {
    return version++;
  }

  /** How far the CSeq is ahead of the table. */
  long unwritten() {
    return localCseq - writtenCseq;
  }

  void written() {
    writtenCseq = localCseq;
  }

  /** What it has been shown last; 0: nothing. */
  int shown() {
    return shown;
  }

  void shown(final int print) {
    shown = print;
  }

  boolean inFlight() {
    return inFlight;
  }

  void inFlight(final boolean now) {
    inFlight = now;
  }

  /** Whether a NOTIFY is to be sent, even with what was shown before. */
  boolean due() {
    return due;
  }

  void due(final boolean now) {
    due = now;
  }

  /** Whether its last NOTIFY has been sent, or none is to be sent any more. */
  boolean finished() {
    return finished;
  }

  void finish() {
    finished = true;
  }

  /** Whether its next hop has kept a courier waiting. */
  boolean slow() {
    return slow;
  }

  void slow(final boolean now) {
    slow = now;
  }

  Optional<XcapChangeDocument> xcapChange() {
    return xcapChange;
  }

  void xcapChange(final Optional<XcapChangeDocument> document) {
    xcapChange = document;
  }

  /** Who came while the presentity was away, to be told next. */
  Optional<OfflineWatcherinfo.Dump> dump() {
    return dump;
  }

  void dump(final Optional<OfflineWatcherinfo.Dump> watchers) {
    dump = watchers;
  }

  /** What rules have said last; somebody may have decided otherwise since. */
  Verdict judged() {
    return judged;
  }

  void judged(final Verdict byRules) {
    judged = byRules;
  }

  Optional<RecoveryLog.Entry> note() {
    return note;
  }

  void note(final Optional<RecoveryLog.Entry> made) {
    note = made;
  }
}
