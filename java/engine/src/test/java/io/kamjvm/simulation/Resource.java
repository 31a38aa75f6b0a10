// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * One presentity and package as those outside may expect it: which documents live, judged by the
 * answers that publishers got, and every state there has been. It knows nothing of the server.
 */
final class Resource {

  /** How documents make a state. */
  enum Aggregation {
    ALL,
    NEWEST
  }

  /** A document between two answers. */
  static final class Version {
    final String etag;
    final long serial;
    final long earliest;
    final long latest;
    private final Bystander.Span received;
    private final OptionalLong order;
    private boolean lapsed;
    private boolean denied;

    /**
     * @param received epoch seconds at which it may have been decided
     * @param seconds for which it was granted
     * @param order of arrival among those of the same second; empty when nobody knows any more
     */
    Version(
        final String etag,
        final long serial,
        final Bystander.Span received,
        final long seconds,
        final OptionalLong order) {
      this.etag = etag;
      this.serial = serial;
      this.received = received;
      this.earliest = received.earliest() + seconds;
      this.latest = received.latest() + seconds;
      this.order = order;
    }

    /** Whether this one comes after the other wherever the newest is shown. */
    private boolean surelyNewer(final Version other) {
      if (received.earliest() > other.received.latest()) {
        return true;
      }
      return received.equals(other.received)
          && received.earliest() == received.latest()
          && order.isPresent()
          && other.order.isPresent()
          && order.getAsLong() > other.order.getAsLong();
    }

    boolean lapsed() {
      return lapsed;
    }

    /** Its publisher is told that it has expired. */
    void deny() {
      denied = true;
    }

    @Override
    public String toString() {
      return "#" + serial + (lapsed ? "(lapsed)" : "");
    }
  }

  final String user;
  final String eventPackage;
  final Aggregation aggregation;

  /** PUBLISH requests sent so far; the last one's CSeq. */
  long requests;

  final Set<PublishAttempt> doubts = new HashSet<>();
  final Set<PublishAttempt> outstanding = new HashSet<>();
  private final Set<String> lapsedTags = new HashSet<>();
  private final List<List<Version>> history = new ArrayList<>();
  private final boolean ordered;
  private long order;

  /**
   * @param ordered whether the order of arrival counts within a second
   */
  Resource(
      final String user,
      final String eventPackage,
      final Aggregation aggregation,
      final boolean ordered) {
    this.ordered = ordered;
    this.user = user;
    this.eventPackage = eventPackage;
    this.aggregation = aggregation;
    history.add(List.of());
  }

  String uri() {
    return "sip:" + user + "@d";
  }

  List<Version> live() {
    return history.get(history.size() - 1);
  }

  /** Those that their publishers believe in. */
  List<Version> believed() {
    return live().stream().filter(v -> !v.denied).toList();
  }

  Optional<Version> find(final String etag) {
    return live().stream().filter(v -> v.etag.equals(etag)).findFirst();
  }

  /** The number of the present state. */
  int now() {
    return history.size() - 1;
  }

  /** A document appears, or takes the place of another; or nothing takes its place. */
  void change(final Optional<Version> before, final Optional<Version> after) {
    final List<Version> next = new ArrayList<>(live());
    before.ifPresent(next::remove);
    after.ifPresent(next::add);
    history.add(List.copyOf(next));
  }

  /** What a restart has left. */
  void become(final List<Version> versions) {
    history.add(List.copyOf(versions));
  }

  /** Orders what is decided within a second, where memory knows; tables do not. */
  OptionalLong nextOrder() {
    return ordered ? OptionalLong.of(++order) : OptionalLong.empty();
  }

  /** Notes which documents may be gone by now; to be called before a clock is set back. */
  void look(final long now) {
    for (final Version version : live()) {
      if (!version.lapsed && version.earliest <= now) {
        version.lapsed = true;
        lapsedTags.add(version.etag);
      }
    }
  }

  /** Whether a document with this tag may have expired. */
  boolean mayHaveLapsed(final String etag) {
    return lapsedTags.contains(etag);
  }

  /**
   * The first state from {@code from} on that looks like this; -1 if there is none. What may have
   * expired may be missing.
   */
  int match(final Set<Long> shown, final int from) {
    for (int i = from; i < history.size(); i++) {
      if (matches(shown, history.get(i), Long.MIN_VALUE)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether the present state looks like this, long after {@code expired}. */
  boolean isNow(final Set<Long> shown, final long expired) {
    return matches(shown, live(), expired);
  }

  private boolean matches(final Set<Long> shown, final List<Version> versions, final long expired) {
    int found = 0;
    boolean missing = false;
    Optional<Version> last = Optional.empty();
    for (final Version version : versions) {
      if (shown.contains(version.serial)) {
        if (version.latest <= expired) {
          return false;
        }
        found++;
        last = Optional.of(version);
      } else {
        missing |= !version.lapsed;
      }
    }
    if (found != shown.size()) {
      return false;
    }
    if (aggregation == Aggregation.ALL || last.isEmpty()) {
      return !missing;
    }
    final Version newest = last.get();
    return found == 1
        && versions.stream().noneMatch(v -> !v.lapsed && v != newest && v.surelyNewer(newest));
  }

  /** The marks {@code #12;} in a body. */
  static Set<Long> marks(final byte[] body) {
    final Set<Long> marks = new TreeSet<>();
    int i = 0;
    while (i < body.length) {
      if (body[i++] != '#') {
        continue;
      }
      long number = 0;
      final int start = i;
      while (i < body.length && body[i] >= '0' && body[i] <= '9') {
        number = number * 10 + body[i++] - '0';
      }
      if (i > start && i < body.length && body[i] == ';') {
        marks.add(number);
      }
    }
    return marks;
  }

  @Override
  public String toString() {
    return user + "/" + eventPackage;
  }
}
