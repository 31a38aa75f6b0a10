// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An internal subscription of somebody who lives outside of the engine thread. It has room for one
 * message: what has not been asked for yet is replaced by what is newer. Each call of the
 * subscriber is a task of its own, one at a time. Thread-safe.
 */
final class FlowSubscription implements Flow.Subscription, StatusListener {
  private static final Logger LOG = LoggerFactory.getLogger(FlowSubscription.class);

  /** How long {@link #cancel} waits for a delivery that has begun. */
  private static final long CANCEL_SECONDS = 10;

  private final StatusDomain domain;
  private final Executor engine;
  private final QsaThreads threads;
  private final Flow.Subscriber<? super StatusMessage> subscriber;

  /** Held while the subscriber is called, so that {@link #cancel} can wait for its return. */
  private final ReentrantLock calling = new ReentrantLock();

  /** Engine thread only. */
  private Optional<InternalSubscription> subscription = Optional.empty();

  // guarded by this
  private Optional<StatusMessage> waiting = Optional.empty();
  private Optional<Throwable> fault = Optional.empty();
  private long demand;
  private boolean introduced;
  private boolean complete;
  private boolean over;
  private boolean underWay;

  FlowSubscription(
      final StatusDomain domain,
      final Executor engine,
      final QsaThreads threads,
      final Flow.Subscriber<? super StatusMessage> subscriber) {
    this.domain = domain;
    this.engine = engine;
    this.threads = threads;
    this.subscriber = subscriber;
  }

  void begin(final SubKey key, final SubOptions options) {
    if (!NameAddress.isUri(key.record()) || !NameAddress.isUri(key.subscriber())) {
      fail(new IllegalArgumentException("record or subscriber is not a SIP URI: " + key));
    } else {
      engine.execute(() -> subscribe(key, options));
    }
    go();
  }

  private void subscribe(final SubKey key, final SubOptions options) {
    if (isOver()) {
      return;
    }
    subscription = domain.subscribe(key, options, Owner.QSA, this);
    if (subscription.isEmpty()) {
      fail(new IllegalStateException("there are too many internal subscriptions"));
    }
  }

  private synchronized boolean isOver() {
    return over;
  }

  private void fail(final Throwable why) {
    synchronized (this) {
      fault = Optional.of(why);
    }
    go();
  }

  @Override
  public void heard(final StatusMessage message) {
    synchronized (this) {
      waiting = Optional.of(waiting.map(older -> merged(older, message)).orElse(message));
    }
    go();
  }

  /** The newest status with the newest document. */
  private static StatusMessage merged(final StatusMessage older, final StatusMessage newer) {
    return newer.doc().isPresent()
        ? newer
        : new StatusMessage(
            newer.id(),
            newer.key(),
            newer.status(),
            older.doc(),
            newer.type(),
            newer.reason(),
            newer.retryAfter(),
            newer.at(),
            newer.seq());
  }

  @Override
  public void completed() {
    synchronized (this) {
      complete = true;
    }
    go();
  }

  @Override
  public void request(final long n) {
    synchronized (this) {
      if (n <= 0) {
        fault = Optional.of(new IllegalArgumentException("asks for " + n + " messages"));
      } else {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
    }
    go();
  }

  @Override
  public void cancel() {
    end();
    boolean held = false;
    try {
      held = calling.tryLock(CANCEL_SECONDS, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (held) {
        calling.unlock();
      }
    }
  }

  private void end() {
    synchronized (this) {
      over = true;
      waiting = Optional.empty();
    }
    engine.execute(
        () -> {
          subscription.ifPresent(domain::unsubscribe);
          subscription = Optional.empty();
        });
  }

  /** Has the subscriber called if there is something to say. */
  private void go() {
    synchronized (this) {
      if (underWay || !due()) {
        return;
      }
      underWay = true;
    }
    if (!threads.run(this::call, this::overdue)) {
      LOG.error("a subscriber is cancelled: too much waits for the threads of those that listen");
      end();
    }
  }

  /** Under the monitor. */
  private boolean due() {
    return !over
        && (!introduced || fault.isPresent() || waiting.isPresent() && demand > 0 || ends());
  }

  private boolean ends() {
    return complete && waiting.isEmpty();
  }

  private void call() {
    calling.lock();
    try {
      final Runnable signal = next();
      signal.run();
    } catch (final RuntimeException | Error e) {
      LOG.error("a subscriber has failed and is cancelled", e);
      end();
    } finally {
      calling.unlock();
      synchronized (this) {
        underWay = false;
      }
    }
    go();
  }

  private synchronized Runnable next() {
    if (over) {
      return () -> {};
    }
    if (!introduced) {
      introduced = true;
      return () -> subscriber.onSubscribe(this);
    }
    if (fault.isPresent()) {
      final Throwable why = fault.get();
      return () -> {
        end();
        subscriber.onError(why);
      };
    }
    if (waiting.isPresent() && demand > 0) {
      final StatusMessage message = waiting.get();
      waiting = Optional.empty();
      demand--;
      return () -> subscriber.onNext(message);
    }
    if (ends()) {
      return () -> {
        end();
        subscriber.onComplete();
      };
    }
    return () -> {};
  }

  private void overdue() {
    LOG.error("a subscriber does not return and is cancelled");
    end();
  }
}
