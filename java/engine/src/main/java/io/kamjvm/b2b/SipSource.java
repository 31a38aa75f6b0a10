// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Serves a package of the {@link StatusDomain} out of SIP: one {@link Euac} for each internal
 * subscription, never shared, because only the other server can say who may watch (spec pa-and-b2b
 * 2.1). Engine thread only.
 */
final class SipSource implements StatusSource {
  private final StatusDomain domain;
  private final Euacs euacs;
  private final WatchNotes notes;
  private final Feed feed;
  private final Map<SubId, Watch> watches = new LinkedHashMap<>();

  SipSource(final StatusDomain domain, final Euacs euacs, final WatchNotes notes, final Feed feed) {
    this.domain = domain;
    this.euacs = euacs;
    this.notes = notes;
    this.feed = feed;
  }

  StatusDomain domain() {
    return domain;
  }

  Euacs euacs() {
    return euacs;
  }

  WatchNotes notes() {
    return notes;
  }

  @Override
  public void subscribed(final InternalSubscription subscription) {
    watch(subscription).start();
  }

  /** The watch of a subscription, which does nothing yet. */
  Watch watch(final InternalSubscription subscription) {
    final Watch watch = new Watch(this, subscription, euacs);
    watches.put(subscription.id(), watch);
    return watch;
  }

  @Override
  public void released(final InternalSubscription subscription) {
    Optional.ofNullable(watches.get(subscription.id()))
        .ifPresent(
            watch -> {
              feed.released(watch);
              notes.note(watch);
              watch.euac().happen(new EuacEvent.Released());
            });
  }

  @Override
  public String state(final InternalSubscription subscription) {
    return find(subscription.id()).map(w -> w.euac().state().title()).orElse("destroyed");
  }

  /** Also one that nobody wants any more, until its dialog has ended. */
  Optional<Watch> find(final SubId id) {
    return Optional.ofNullable(watches.get(id));
  }

  Collection<Watch> all() {
    return Collections.unmodifiableCollection(watches.values());
  }

  void said(final Watch watch, final StatusMessage message) {
    feed.heard(watch, message);
  }

  void granted(final Watch watch) {
    feed.granted(watch);
  }

  void over(final Watch watch) {
    watches.remove(watch.subscription().id());
    notes.forget(watch);
  }
}
