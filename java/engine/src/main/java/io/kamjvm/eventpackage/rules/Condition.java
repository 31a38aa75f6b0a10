// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** When a rule applies (RFC 4745 section 7). Immutable. */
public sealed interface Condition {

  /**
   * Whether it holds.
   *
   * @throws UnusableRulesException when nobody can tell
   */
  boolean holds(Situation situation);

  /**
   * The watcher is one of these, or among many that are not excepted.
   *
   * @param unreadable whether it names further ones who can not be read
   */
  record Identity(Set<String> ones, List<Many> many, boolean unreadable) implements Condition {
    @Override
    public boolean holds(final Situation situation) {
      final WatcherIdentity watcher = situation.watcher();
      if (ones.contains(watcher.uri())) {
        return true;
      }
      boolean doubtful = unreadable;
      for (final Many some : many) {
        if (some.includes(watcher)) {
          if (!some.unreadable()) {
            return true;
          }
          doubtful = true;
        }
      }
      if (doubtful) {
        throw new UnusableRulesException("an identity names somebody who can not be read");
      }
      return false;
    }
  }

  /**
   * Everybody, or everybody of a domain, but for some.
   *
   * @param domain in lower case; empty: any
   * @param exceptUris in the form of {@link WatcherIdentity#uri}
   * @param exceptDomains in lower case
   * @param unreadable whether it excepts further ones who can not be read
   */
  record Many(
      Optional<String> domain,
      Set<String> exceptUris,
      Set<String> exceptDomains,
      boolean unreadable) {
    boolean includes(final WatcherIdentity watcher) {
      return domain.map(d -> !d.isEmpty() && d.equals(watcher.domain())).orElse(true)
          && !exceptUris.contains(watcher.uri())
          && !exceptDomains.contains(watcher.domain());
    }
  }

  /**
   * The presentity is in this sphere, or nobody knows in which one it is (spec event-packages
   * 2.12).
   */
  record Sphere(String value) implements Condition {
    @Override
    public boolean holds(final Situation situation) {
      return situation.sphere().isEmpty() || situation.sphere().get().equalsIgnoreCase(value);
    }
  }

  /** It is now within one of these times. */
  record Validity(List<Period> periods) implements Condition {
    @Override
    public boolean holds(final Situation situation) {
      return periods.stream().anyMatch(p -> p.contains(situation.now()));
    }
  }

  /** A time with its first and its last moment. */
  record Period(Instant from, Instant until) {
    boolean contains(final Instant moment) {
      return !moment.isBefore(from) && !moment.isAfter(until);
    }
  }

  /** One that is not understood never holds (RFC 4745 section 7): it might be a restriction. */
  record Unknown(String name) implements Condition {
    @Override
    public boolean holds(final Situation situation) {
      return false;
    }
  }
}
