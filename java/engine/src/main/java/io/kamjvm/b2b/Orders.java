// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import java.util.Optional;

/**
 * What commands, the script and the cfg want: there is one subscription for a triple, whoever of
 * them asks for it. Engine thread only.
 */
final class Orders {
  private static final String PRESENCE = "presence";

  private final StatusDomain domain;
  private final WatchNotes notes;
  private final boolean feed;

  /**
   * @param feed whether subscriptions feed unless told otherwise
   */
  Orders(final StatusDomain domain, final WatchNotes notes, final boolean feed) {
    this.domain = domain;
    this.notes = notes;
    this.feed = feed;
  }

  /** What became of a wish. */
  sealed interface Result {
    /** It is there, or was there before. */
    record Made(InternalSubscription subscription) implements Result {}

    /**
     * It is not.
     *
     * @param full whether it might be later
     */
    record Refused(String why, boolean full) implements Result {}
  }

  Result subscribe(
      final String record,
      final String subscriber,
      final String eventPackage,
      final Optional<Boolean> feeds,
      final Owner owner) {
    final Optional<SubKey> key = key(record, subscriber, eventPackage);
    if (key.isEmpty()) {
      return new Result.Refused("Record or subscriber is not a SIP URI, or bad package", false);
    }
    final Optional<InternalSubscription> existing = domain.shared(key.get());
    if (existing.isPresent()) {
      return new Result.Made(existing.get());
    }
    return notes.admits()
        ? domain
            .subscribe(key.get(), new SubOptions(feeds.orElse(feed)), owner, StatusListener.none())
            .<Result>map(Result.Made::new)
            .orElse(new Result.Refused("Too many subscriptions", true))
        : new Result.Refused("recovery_memory is full", true);
  }

  /** The triple; empty when it is none. An empty package means {@code presence}. */
  static Optional<SubKey> key(
      final String record, final String subscriber, final String eventPackage) {
    final Optional<String> who = NameAddress.uri(record);
    final Optional<String> by = NameAddress.uri(subscriber);
    final String what = eventPackage.isEmpty() ? PRESENCE : eventPackage;
    return who.isPresent() && by.isPresent() && what.matches("[\\w.!%*+`'~-]{1,64}")
        ? Optional.of(new SubKey(who.get(), what, by.get()))
        : Optional.empty();
  }
}
