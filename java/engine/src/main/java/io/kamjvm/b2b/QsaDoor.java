// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.QsaDomain;
import io.kamjvm.b2b.qsa.Registration;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.StatusNotifier;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import io.kamjvm.b2b.qsa.SubSnapshot;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The {@link StatusDomain} for those who do not live on the engine thread. Whatever they want
 * becomes a task of the engine, whatever they hear a task of theirs. Thread-safe.
 */
public final class QsaDoor implements QsaDomain {
  private static final long SNAPSHOT_MILLIS = 1_000;

  private final StatusDomain domain;
  private final Executor engine;
  private final QsaThreads threads;

  QsaDoor(final StatusDomain domain, final Executor engine, final QsaThreads threads) {
    this.domain = domain;
    this.engine = engine;
    this.threads = threads;
  }

  @Override
  public Flow.Publisher<StatusMessage> presence(final SubKey key, final SubOptions options) {
    final SubKey wanted = new SubKey(key.record(), key.eventPackage(), key.subscriber());
    return subscriber -> {
      if (subscriber == null) {
        throw new NullPointerException("no subscriber");
      }
      new FlowSubscription(domain, engine, threads, subscriber).begin(wanted, options);
    };
  }

  @Override
  public Registration registerNotifier(final String eventPackage, final StatusNotifier notifier) {
    final ForeignSource source = new ForeignSource(domain, engine, threads, notifier);
    domain.claim(eventPackage, source);
    engine.execute(() -> domain.handOver(eventPackage, source));
    return () -> domain.leave(eventPackage, source);
  }

  @Override
  public List<SubSnapshot> snapshot() {
    final CompletableFuture<List<SubSnapshot>> answer = new CompletableFuture<>();
    engine.execute(
        () ->
            answer.complete(
                domain.all().stream()
                    .map(s -> new SubSnapshot(s.id(), s.key(), domain.state(s), s.last()))
                    .toList()));
    try {
      return answer.get(SNAPSHOT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (final ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the engine does not answer", e);
    }
  }
}
