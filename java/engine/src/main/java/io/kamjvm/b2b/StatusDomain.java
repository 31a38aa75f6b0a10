// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.ContentType;
import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The Query Status API's one domain, as the engine knows it: who subscribes to whom, and who serves
 * which package (spec pa-and-b2b 2.3). A package has at most one source. Engine thread only; {@link
 * QsaDoor} is its door for others.
 */
public final class StatusDomain {
  /** More internal subscriptions are refused. */
  static final int MOST = 100_000;

  private final int epoch;
  private final LongSupplier epochSeconds;
  private final Map<SubId, InternalSubscription> subscriptions = new LinkedHashMap<>();
  private final Map<SubKey, InternalSubscription> shared = new HashMap<>();
  private final Map<String, StatusSource> sources = new ConcurrentHashMap<>();
  private Consumer<StatusMessage> hears = message -> {};
  private long made;

  /**
   * @param epoch number of this engine: no two engines give the same ids
   */
  public StatusDomain(final int epoch, final LongSupplier epochSeconds) {
    this.epoch = epoch;
    this.epochSeconds = epochSeconds;
  }

  /** From now on hears of every message, behind the listener it is for. */
  void hears(final Consumer<StatusMessage> everything) {
    hears = everything;
  }

  /**
   * Subscribes. It succeeds also when nobody serves the package yet.
   *
   * @return empty when there are too many
   */
  public Optional<InternalSubscription> subscribe(
      final SubKey key,
      final SubOptions options,
      final Owner owner,
      final StatusListener listener) {
    if (subscriptions.size() >= MOST) {
      return Optional.empty();
    }
    final InternalSubscription subscription = next(key, options, owner, listener);
    add(subscription);
    source(key).ifPresent(source -> source.subscribed(subscription));
    return Optional.of(subscription);
  }

  private InternalSubscription next(
      final SubKey key,
      final SubOptions options,
      final Owner owner,
      final StatusListener listener) {
    return new InternalSubscription(new SubId(epoch + "-" + ++made), key, options, owner, listener);
  }

  /** One that an earlier engine has left, with the id it had; its source knows already. */
  InternalSubscription restore(
      final SubId id, final SubKey key, final SubOptions options, final Owner owner) {
    final InternalSubscription subscription =
        new InternalSubscription(id, key, options, owner, StatusListener.none());
    add(subscription);
    return subscription;
  }

  private void add(final InternalSubscription subscription) {
    subscriptions.put(subscription.id(), subscription);
    if (subscription.owner().shares()) {
      shared.putIfAbsent(subscription.key(), subscription);
    }
  }

  /** Ends a subscription; nothing is said to its listener any more. */
  public void unsubscribe(final InternalSubscription subscription) {
    if (subscription.ended()) {
      return;
    }
    subscription.end();
    subscriptions.remove(subscription.id());
    shared.remove(subscription.key(), subscription);
    source(subscription.key()).ifPresent(source -> source.released(subscription));
  }

  /** The one with this id. */
  Optional<InternalSubscription> find(final SubId id) {
    return Optional.ofNullable(subscriptions.get(id));
  }

  /** The one with this key that a command, the script or the cfg has made. */
  Optional<InternalSubscription> shared(final SubKey key) {
    return Optional.ofNullable(shared.get(key));
  }

  /** All, in order of their making. */
  Collection<InternalSubscription> all() {
    return Collections.unmodifiableCollection(subscriptions.values());
  }

  /** How it stands. */
  String state(final InternalSubscription subscription) {
    return source(subscription.key()).map(s -> s.state(subscription)).orElse("ignored");
  }

  /**
   * Has a package served. Subscriptions that exist are handed over at once.
   *
   * @throws IllegalStateException when somebody serves it already
   */
  public void serve(final String eventPackage, final StatusSource source) {
    claim(eventPackage, source);
    handOver(eventPackage, source);
  }

  /** The first half of {@link #serve}; any thread. */
  void claim(final String eventPackage, final StatusSource source) {
    if (sources.putIfAbsent(eventPackage, source) != null) {
      throw new IllegalStateException(
          "internal subscriptions to "
              + eventPackage
              + " are served already: with two sources every message would come twice");
    }
  }

  /** The second half; who was subscribed in between is handed over twice. */
  void handOver(final String eventPackage, final StatusSource source) {
    List.copyOf(subscriptions.values()).stream()
        .filter(s -> s.key().eventPackage().equals(eventPackage))
        .forEach(source::subscribed);
  }

  /** Ends what {@link #serve} has begun; any thread. */
  public void leave(final String eventPackage, final StatusSource source) {
    sources.remove(eventPackage, source);
  }

  private Optional<StatusSource> source(final SubKey key) {
    return Optional.ofNullable(sources.get(key.eventPackage()));
  }

  /**
   * Says something to the listener of a subscription.
   *
   * @return what was said; empty when it has ended
   */
  public Optional<StatusMessage> tell(
      final InternalSubscription subscription,
      final Status status,
      final Optional<PresenceDoc> doc,
      final ContentType type,
      final Optional<String> reason,
      final OptionalLong retryAfter) {
    if (subscription.ended()) {
      return Optional.empty();
    }
    final StatusMessage message =
        new StatusMessage(
            subscription.id(),
            subscription.key(),
            status,
            doc,
            type,
            reason,
            retryAfter,
            Instant.ofEpochSecond(epochSeconds.getAsLong()),
            subscription.nextSeq());
    subscription.heard(message);
    hears.accept(message);
    return Optional.of(message);
  }

  /** Nothing more will ever be said: the subscription ends, and its listener hears that. */
  public void complete(final InternalSubscription subscription) {
    if (!subscription.ended()) {
      unsubscribe(subscription);
      subscription.completed();
    }
  }
}
