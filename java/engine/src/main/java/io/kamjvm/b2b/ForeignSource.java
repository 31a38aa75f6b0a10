// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.ContentType;
import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Sink;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusNotifier;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.b2b.qsa.SubKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A notifier of a jar as a source: its calls are tasks on threads of theirs, in order. */
final class ForeignSource implements StatusSource {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignSource.class);
  private static final int MOST_WAITING = 100_000;

  private final StatusDomain domain;
  private final Executor engine;
  private final QsaThreads threads;
  private final StatusNotifier notifier;
  private final Set<SubId> known = new HashSet<>();

  // guarded by waiting
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean underWay;

  ForeignSource(
      final StatusDomain domain,
      final Executor engine,
      final QsaThreads threads,
      final StatusNotifier notifier) {
    this.domain = domain;
    this.engine = engine;
    this.threads = threads;
    this.notifier = notifier;
  }

  @Override
  public void subscribed(final InternalSubscription subscription) {
    if (known.add(subscription.id())) {
      later(() -> notifier.onSubscribe(new EngineSink(subscription)));
    }
  }

  @Override
  public void released(final InternalSubscription subscription) {
    if (known.remove(subscription.id())) {
      later(() -> notifier.onUnsubscribe(subscription.id()));
    }
  }

  @Override
  public String state(final InternalSubscription subscription) {
    return "confirmed";
  }

  private void later(final Runnable call) {
    synchronized (waiting) {
      if (waiting.size() >= MOST_WAITING) {
        LOG.error("a notifier does not keep up: it does not hear of everything");
        return;
      }
      waiting.add(call);
    }
    go();
  }

  private void go() {
    final Runnable call;
    synchronized (waiting) {
      if (underWay || waiting.isEmpty()) {
        return;
      }
      underWay = true;
      call = waiting.poll();
    }
    if (!threads.run(() -> call(call), () -> LOG.error("a notifier does not return"))) {
      LOG.error("a notifier is not called: too much waits for its threads");
      done();
    }
  }

  private void call(final Runnable call) {
    try {
      call.run();
    } catch (final RuntimeException | Error e) {
      LOG.error("a notifier has failed", e);
    }
    done();
    go();
  }

  private void done() {
    synchronized (waiting) {
      underWay = false;
    }
  }

  private final class EngineSink implements Sink {
    private final InternalSubscription subscription;

    EngineSink(final InternalSubscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public SubId id() {
      return subscription.id();
    }

    @Override
    public SubKey key() {
      return subscription.key();
    }

    @Override
    public void send(
        final Status status, final Optional<PresenceDoc> doc, final Optional<String> reason) {
      engine.execute(
          () ->
              domain.tell(
                  subscription,
                  status,
                  doc,
                  doc.filter(d -> d.tuples().isEmpty() && d.entity().isEmpty()).isPresent()
                      ? ContentType.RAW
                      : ContentType.PRESENCE_INFO,
                  reason,
                  OptionalLong.empty()));
    }
  }
}
