// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.OutgoingRequest;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;

/**
 * A watcher's dialog as those outside may expect it, and what has been told in it. It knows nothing
 * of the server.
 */
final class Dialog {

  /** Something that the server works off one after another. */
  private sealed interface Due {}

  private record Asked(SubscribeAttempt attempt) implements Due {}

  /** A NOTIFY of which the answer says that the watcher is gone. */
  private record Gone(boolean denied, long remoteCseq) implements Due {}

  private final Bystander bystander;

  /**
   * Whether the tables are the truth: it may run out between the taking of a counter there and its
   * use.
   */
  private final boolean fromTables;

  final Resource resource;
  final String callId;
  final String watcher;
  final boolean fetch;

  /** Watchers of the resource's watchers. */
  final boolean watcherinfo;

  /** SUBSCRIBE requests sent so far; the last one's CSeq. */
  long requests;

  private final ArrayDeque<Due> due = new ArrayDeque<>();
  private boolean live;
  private boolean lapsed;
  private boolean ranOut;
  private boolean doomed;
  private long earliest;
  private long latest;
  private long remoteCseq;
  private long knownCseq;
  private long acknowledgedMillis;
  private long endedMillis = Long.MIN_VALUE / 2;
  private boolean doubtful;

  private EngineLife lastLife;
  private long lastCseq;
  private long lastVersion;
  private boolean underWay;
  private boolean terminated;
  private boolean untold;
  private boolean orphaned;
  private int cut;
  private Set<Long> shown = Set.of();
  private long firstSeconds;
  private final WatcherTable watchers = new WatcherTable();
  int failures;

  Dialog(
      final Bystander bystander,
      final Resource resource,
      final String callId,
      final String watcher,
      final boolean fetch,
      final boolean watcherinfo,
      final boolean fromTables) {
    this.fromTables = fromTables;
    this.bystander = bystander;
    this.resource = resource;
    this.callId = callId;
    this.watcher = watcher;
    this.fetch = fetch;
    this.watcherinfo = watcherinfo;
    this.cut = resource.now();
  }

  String event() {
    return watcherinfo ? resource.eventPackage + ".winfo" : resource.eventPackage;
  }

  // --- what the answers to SUBSCRIBE say

  boolean live() {
    return live;
  }

  /** Live, and not to end by itself by now. */
  boolean surelyLive() {
    look();
    return live && !lapsed;
  }

  boolean surelyExpired(final long at) {
    return !live || latest <= at;
  }

  boolean lapsed() {
    return lapsed;
  }

  boolean busy() {
    return !due.isEmpty();
  }

  boolean doubtful() {
    return doubtful;
  }

  void doubt(final boolean now) {
    doubtful = now;
    ranOut |= now;
  }

  /** The CSeq of the last SUBSCRIBE of which the server has heard that its answer has left. */
  long knownCseq() {
    return knownCseq;
  }

  long remoteCseq() {
    return remoteCseq;
  }

  /** Whether its last SUBSCRIBE was granted, or it has ended, less than that ago. */
  boolean movedWithin(final long millis) {
    return bystander.millis() - Math.max(acknowledgedMillis, endedMillis) <= millis;
  }

  boolean endedWithin(final long millis) {
    return bystander.millis() - endedMillis <= millis;
  }

  boolean expiresBetween(final long expires) {
    return expires >= earliest && expires <= latest;
  }

  /** Notes whether it may have ended by itself; to be called before a clock is set back. */
  void look() {
    lapsed |= live && earliest <= bystander.now();
    ranOut |= lapsed;
  }

  /**
   * Whether what was asked for may have been granted and have run out before its answer left: the
   * clock was set forward meanwhile.
   */
  boolean mayHaveLapsedUnanswered(final SubscribeAttempt attempt) {
    return fromTables && terminated && attempt.mayHaveRunOut();
  }

  private boolean mayHaveRunOutUnanswered() {
    return doubtful
        || due.stream().anyMatch(d -> d instanceof Asked asked && asked.attempt().mayHaveRunOut());
  }

  /** A grant, decided at some time in this span. */
  void granted(final long cseq, final Bystander.Span decided, final long seconds) {
    live = true;
    earliest = decided.earliest() + seconds;
    latest = decided.latest() + seconds;
    lapsed = doomed || earliest <= decided.latest();
    remoteCseq = cseq;
    acknowledgedMillis = bystander.millis();
    doubtful = false;
  }

  /** It is over. */
  void end() {
    if (live) {
      live = false;
      endedMillis = bystander.millis();
    }
  }

  void ask(final SubscribeAttempt attempt) {
    if (due.isEmpty() && requests <= 1) {
      firstSeconds = attempt.seconds();
    }
    due.add(new Asked(attempt));
  }

  /** What the first SUBSCRIBE asked for. */
  long firstSeconds() {
    return orphaned ? 0 : firstSeconds;
  }

  void workOff() {
    while (!due.isEmpty()) {
      if (due.peek() instanceof Asked asked) {
        if (!asked.attempt().over()) {
          return;
        }
        knownCseq = remoteCseq;
      } else if (due.peek() instanceof Gone gone
          && live
          && (gone.denied() || gone.remoteCseq() == remoteCseq)) {
        bystander.note(() -> this + " is gone");
        end();
      }
      due.poll();
    }
  }

  /** The server hears what a NOTIFY was answered, sent when {@code sentCseq} was current. */
  void answered(final int code, final long sentCseq) {
    underWay = false;
    final boolean gone = code == 404 || code == 481 || code == 408;
    if (gone && fromTables) {
      // it ends when the table has heard of it, if nobody refreshes it before
      doomed = true;
      lapsed = true;
    } else if (gone && live) {
      due.add(new Gone(code != 408, sentCseq));
      workOff();
    }
  }

  /** The server hears that a NOTIFY has not left. */
  void unanswered() {
    underWay = false;
  }

  // --- restarts

  /** The engine is dead. */
  void orphaned() {
    underWay = false;
    due.clear();
    orphaned = true;
  }

  /** What it had still to be told may be forgotten. */
  void untell() {
    untold = true;
    watchers.doubt();
  }

  /**
   * It is there again, or still, after a restart.
   *
   * @param perhaps whether the next engine may find in its log that it is over
   */
  void restored(final long cseq, final long expires, final boolean perhaps) {
    if (!live) {
      terminated = false;
      watchers.doubt();
    }
    live = true;
    remoteCseq = cseq;
    knownCseq = cseq;
    earliest = expires;
    latest = expires;
    lapsed = doomed || perhaps || expires <= bystander.now();
    acknowledgedMillis = bystander.millis();
    doubtful = false;
  }

  // --- NOTIFYs

  /** The server emits a NOTIFY. */
  void notified(final OutgoingRequest request, final EngineLife life) {
    look();
    resource.look(bystander.now());
    final long cseq = request.lastCseq() + 1;
    final String state = header(request, "Subscription-State").orElse("");
    final boolean last = state.startsWith("terminated");
    final Set<Long> marks = Resource.marks(request.body());
    bystander.note(() -> "NOTIFY " + cseq + " " + this + " " + state + " " + content(request));
    bystander.notified++;
    bystander.see(() -> "NOTIFY " + cseq + " " + this + " " + state + " " + content(request));
    bystander.check(!underWay, () -> "two NOTIFYs are under way in " + this);
    bystander.check(
        life == lastLife && !(fromTables && ranOut) ? cseq == lastCseq + 1 : cseq > lastCseq,
        () -> "CSeq " + cseq + " after " + lastCseq + " in " + this);
    // the next engine sends a farewell again of which it does not know whether it arrived
    bystander.check(
        !terminated || (last && life != lastLife),
        () -> "a NOTIFY after the terminating one in " + this);
    // after the 200 that ends it the server may still have a NOTIFY on its way
    bystander.check(
        last || live || fromTables || busy() || doubtful || endedMillis == bystander.millis(),
        () -> "a NOTIFY in " + this + ", which is over");
    bystander.check(
        !last || !live || lapsed || fetch || fromTables && mayHaveRunOutUnanswered(),
        () -> this + " is ended before its time: " + state);
    if (watcherinfo) {
      if (!last || request.body().length > 0) {
        watch(request, life);
      }
    } else if (!last || !marks.isEmpty()) {
      show(marks);
    }
    lastLife = life;
    lastCseq = cseq;
    ranOut = lapsed;
    underWay = true;
    untold = false;
    if (last) {
      terminated = true;
      end();
    }
  }

  private void show(final Set<Long> marks) {
    final int state = resource.match(marks, cut);
    bystander.check(
        state >= 0,
        () ->
            this
                + " is shown "
                + marks
                + " after "
                + shown
                + (resource.match(marks, 0) >= 0
                    ? ", which is older"
                    : ", which never was; there is " + resource.live()));
    cut = state;
    shown = marks;
  }

  private void watch(final OutgoingRequest request, final EngineLife life) {
    watchers.read(request.body());
    final long version = watchers.version();
    bystander.check(
        life == lastLife && !fromTables ? version == lastVersion + 1 : version > lastVersion,
        () -> "version " + version + " after " + lastVersion + " in " + this);
    lastVersion = version;
  }

  private String content(final OutgoingRequest request) {
    return watcherinfo && request.body().length > 0
        ? new WatcherTable().read(request.body()).toString()
        : Resource.marks(request.body()).toString();
  }

  private static Optional<String> header(final OutgoingRequest request, final String name) {
    final int start = request.headers().indexOf("\r\n" + name + ": ");
    return start < 0
        ? Optional.empty()
        : Optional.of(
            request
                .headers()
                .substring(
                    start + name.length() + 4, request.headers().indexOf("\r\n", start + 2)));
  }

  long lastCseq() {
    return lastCseq;
  }

  Set<Long> shown() {
    return shown;
  }

  /** Whether the watcher may have missed something because an engine died. */
  boolean untold() {
    return untold;
  }

  boolean underWay() {
    return underWay;
  }

  boolean terminated() {
    return terminated;
  }

  WatcherTable watchers() {
    return watchers;
  }

  @Override
  public String toString() {
    return callId + (watcherinfo ? " (winfo of " : " (") + resource + ")";
  }
}
