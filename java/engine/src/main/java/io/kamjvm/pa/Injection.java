// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.time.EngineClock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * State that somebody beside SIP tells of, as a bridge to Jabber does (spec pa 1.14): one tuple per
 * presentity and source. Engine thread only.
 */
final class Injection {
  private static final String INJECTED = "injected:";
  private static final String RPID = "urn:ietf:params:xml:ns:pidf:rpid";
  private static final String DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model";

  /** What {@code show} means for RPID; empty: nothing (RFC 6121 section 4.7.2.1, RFC 4480). */
  private static final Map<String, Optional<String>> SHOWS =
      Map.of(
          "", Optional.empty(),
          "chat", Optional.empty(),
          "away", Optional.of("away"),
          "xa", Optional.of("away"),
          "dnd", Optional.of("busy"));

  /** What can be said of somebody. */
  enum State {
    AVAILABLE,
    UNAVAILABLE,
    REFUSED,
    UNKNOWN;

    static Optional<State> named(final String name) {
      for (final State state : values()) {
        if (state.name().equalsIgnoreCase(name)) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * What is said.
   *
   * @param show as in XMPP; empty string if nothing
   * @param note empty string if none
   * @param lifetime seconds
   * @param source who says it; several may speak of the same presentity
   */
  record Statement(State state, String show, String note, long lifetime, String source) {

    /** Whether {@code show} is a word that is known. */
    boolean understood() {
      return SHOWS.containsKey(show.toLowerCase(Locale.ROOT));
    }
  }

  private final PaParameters parameters;
  private final Presentities presentities;
  private final Watchers watchers;
  private final PaNotes notes;
  private final EngineClock clock;

  Injection(
      final PaParameters parameters,
      final Presentities presentities,
      final Watchers watchers,
      final PaNotes notes,
      final EngineClock clock) {
    this.parameters = parameters;
    this.presentities = presentities;
    this.watchers = watchers;
    this.notes = notes;
    this.clock = clock;
  }

  /**
   * Takes what is said.
   *
   * @return why not; empty when it is taken
   */
  Optional<String> inject(
      final Pdomain domain, final PresentityAddress address, final Statement statement) {
    if (!parameters.sources()) {
      return Optional.of("use_callbacks is 0");
    }
    if (!statement.understood()) {
      return Optional.of("show is none of away, xa, dnd, chat");
    }
    if (statement.source.length() > PaLimits.NAME
        || statement.note.length() > PaLimits.ROUTES
        || address.user().length() > PaLimits.NAME
        || address.host().length() > PaLimits.NAME) {
      return Optional.of("an argument is too long");
    }
    if (!notes.admits(statement.note.length() + 2 * PaLimits.URI)) {
      return Optional.of("recovery_memory is full");
    }
    final Presentity presentity = presentities.obtain(domain, address);
    final String key = INJECTED + statement.source;
    if (!presentity.sources().containsKey(key)
        && presentity.sources().size() >= PaLimits.INJECTED) {
      return Optional.of("too many sources");
    }
    return presentity.enter(() -> apply(presentity, key, statement))
        ? Optional.empty()
        : Optional.of("too many requests wait");
  }

  private void apply(final Presentity presentity, final String key, final Statement statement) {
    final long expires = clock.epochSeconds() + statement.lifetime;
    put(presentity, key, statement, expires);
    notes
        .note(
            presentity,
            presentity.injectedNote(key),
            List.of(key, statement.state.name(), statement.show, statement.note, statement.source),
            expires)
        .ifPresent(entry -> presentity.injectedNote(key, entry));
    presentities.changed(presentity);
    if (statement.state == State.REFUSED) {
      for (final Watcher watcher : presentity.watchers(PaEvent.PRESENCE)) {
        watchers.judge(watcher, Verdict.REJECTED);
      }
    }
  }

  private void put(
      final Presentity presentity,
      final String key,
      final Statement statement,
      final long expires) {
    presentity.refused(statement.state == State.REFUSED);
    final Tuple plain =
        Tuple.of(
            Presentities.tupleId(key + presentity.id()),
            basic(statement.state),
            presentity.address().uri(),
            parameters.defaultPriority());
    final Tuple tuple =
        statement.note.isEmpty()
            ? plain
            : new Tuple(
                plain.id(),
                "",
                plain.basic(),
                plain.contact(),
                plain.priority(),
                List.of(new Note(statement.note, "")),
                List.of(),
                List.of());
    presentity
        .sources()
        .put(
            key,
            new SourceTuple(
                tuple,
                expires,
                statement.state == State.AVAILABLE
                    ? SHOWS.get(statement.show.toLowerCase(Locale.ROOT))
                    : Optional.empty()));
    presentities.wakeBy(presentity, expires);
  }

  private static Basic basic(final State state) {
    return switch (state) {
      case AVAILABLE -> Basic.OPEN;
      case UNKNOWN -> Basic.UNDEFINED;
      default -> Basic.CLOSED;
    };
  }

  /** What an earlier engine was told. */
  void restore(
      final Presentity presentity, final PaNotes.Found found, final RecoveryLog.Entry entry) {
    final String key = found.texts().get(0);
    put(
        presentity,
        key,
        new Statement(
            State.valueOf(found.texts().get(1)),
            found.texts().get(2),
            found.texts().get(3),
            0,
            found.texts().get(4)),
        found.expires());
    presentity.injectedNote(key, entry);
  }

  /** RPID's word for what somebody is doing. */
  static String person(final String activity) {
    return "<dm:person xmlns:dm=\""
        + DATA_MODEL
        + "\" xmlns:rpid=\""
        + RPID
        + "\" id=\"p\"><rpid:activities><rpid:"
        + activity
        + "/></rpid:activities></dm:person>";
  }
}
