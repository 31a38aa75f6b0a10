// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.storage.StoreSettings;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.WatcherRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Tables in memory, and a journal that commits at once, later, or not at all. */
final class FakeStore implements StoreFactory, EventStateStore, Journal {
  final Map<String, PublicationRow> publications = new LinkedHashMap<>();
  final Map<String, SubscriptionRow> subscriptions = new LinkedHashMap<>();
  final List<StoreSettings> opened = new ArrayList<>();
  boolean paused;
  boolean unusable;
  boolean full;
  boolean unavailable;
  boolean refusing;
  Predicate<Change> poison = change -> false;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private World world;

  void world(final World of) {
    world = of;
  }

  @Override
  public EventStateStore open(final StoreSettings settings) throws StorageException {
    if (unusable) {
      throw new StorageException("no such host");
    }
    opened.add(settings);
    return this;
  }

  @Override
  public void loadPublications(final long now, final Consumer<PublicationRow> consumer) {
    List.copyOf(publications.values()).stream()
        .filter(r -> r.expires() == -1 || r.expires() > now)
        .forEach(consumer);
  }

  @Override
  public void loadSubscriptions(final long now, final Consumer<SubscriptionRow> consumer) {
    List.copyOf(subscriptions.values()).stream().filter(r -> r.expires() > now).forEach(consumer);
  }

  @Override
  public void loadWatchers(final Consumer<WatcherRow> consumer) {}

  @Override
  public Journal journal() {
    return this;
  }

  @Override
  public void close(final long timeoutMillis) {}

  @Override
  public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
    if (full) {
      return false;
    }
    final Runnable commit = () -> done.accept(carryOut(changes));
    if (paused) {
      waiting.add(commit);
    } else {
      world.tasks.add(commit);
    }
    return true;
  }

  /** Commits what was submitted while paused, and goes on. */
  void resume() {
    paused = false;
    world.tasks.addAll(waiting);
    waiting.clear();
    world.settle();
  }

  private Outcome carryOut(final List<Change> changes) {
    if (unavailable) {
      return new Outcome.Unavailable("down");
    }
    if (refusing || changes.stream().anyMatch(poison)) {
      return new Outcome.Refused("no");
    }
    changes.forEach(this::carryOut);
    return new Outcome.Committed();
  }

  private void carryOut(final Change change) {
    if (change instanceof Change.PutPublication put) {
      publications.put(key(put.row()), put.row());
    } else if (change instanceof Change.ReplacePublication replace) {
      final PublicationRow row = replace.row();
      publications.remove(key(row.user(), row.domain(), row.event(), replace.oldEtag()));
      publications.put(key(row), row);
    } else if (change instanceof Change.RemovePublication remove) {
      publications.remove(key(remove.user(), remove.domain(), remove.event(), remove.etag()));
    } else if (change instanceof Change.PutSubscription put) {
      final SubscriptionRow row = put.row();
      subscriptions.put(row.callId() + " " + row.toTag() + " " + row.fromTag(), row);
    } else if (change instanceof Change.RemoveSubscription remove) {
      subscriptions.remove(remove.callId() + " " + remove.toTag() + " " + remove.fromTag());
    } else {
      throw new IllegalArgumentException(change.toString());
    }
  }

  private static String key(final PublicationRow row) {
    return key(row.user(), row.domain(), row.event(), row.etag());
  }

  private static String key(
      final String user, final String domain, final String event, final String etag) {
    return user + " " + domain + " " + event + " " + etag;
  }

  @Override
  public int depth() {
    return waiting.size();
  }

  PublicationRow publication() {
    if (publications.size() != 1) {
      throw new AssertionError(publications.size() + " documents stored");
    }
    return publications.values().iterator().next();
  }

  SubscriptionRow subscription() {
    if (subscriptions.size() != 1) {
      throw new AssertionError(subscriptions.size() + " subscriptions stored");
    }
    return subscriptions.values().iterator().next();
  }
}
