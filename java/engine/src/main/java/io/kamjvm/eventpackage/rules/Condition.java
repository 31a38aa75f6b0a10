// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** When a rule applies (RFC 4745 section 7). Immutable. */
public sealed interface Condition {

  /** Whether it holds. */
  boolean holds(Situation situation);

  /** The watcher is one of these, or among many that are not excepted. */
  record Identity(Set<String> ones, List<Many> many) implements Condition {
    @Override
    public boolean holds(final Situation situation) {
      final WatcherIdentity watcher = situation.watcher();
      return ones.contains(watcher.uri()) || many.stream().anyMatch(m -> m.includes(watcher));
    }
  }

  /**
   * Everybody, or everybody of a domain, but for some.
   *
   * @param domain in lower case; empty string: any
   * @param exceptUris in the form of {@link WatcherIdentity#uri}
   * @param exceptDomains in lower case
   */
  record Many(String domain, Set<String> exceptUris, Set<String> exceptDomains) {
    boolean includes(final WatcherIdentity watcher) {
      return (domain.isEmpty() || domain.equals(watcher.domain()))
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
