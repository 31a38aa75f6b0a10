// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.EventStateStore;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.storage.StoreSettings;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.WatcherRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Tables in memory, and a journal that commits at once, later, or not at all. */
final class FakeStore implements StoreFactory, EventStateStore, Journal, TableReader {
  final Map<String, PublicationRow> publications = new LinkedHashMap<>();
  final Map<String, SubscriptionRow> subscriptions = new LinkedHashMap<>();
  final Map<String, WatcherRow> watchers = new LinkedHashMap<>();

  /** {@code updated} of the subscriptions that are marked. */
  final Map<String, Integer> marked = new LinkedHashMap<>();

  /** Every question asked. */
  final List<Query<?>> asked = new ArrayList<>();

  final List<StoreSettings> opened = new ArrayList<>();
  boolean paused;
  boolean unusable;
  boolean full;
  boolean unavailable;

  /** Queries that get no answer. */
  Predicate<Query<?>> silent = query -> false;

  boolean refusing;
  Predicate<Change> poison = change -> false;

  /** What another server does just before. */
  Runnable beforeCommit = () -> {};

  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private World world;

  /** A further server's way to these tables. */
  FakeDoor door(final World of) {
    world = of;
    return new FakeDoor(this, of);
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
  public void loadWatchers(final Consumer<WatcherRow> consumer) {
    List.copyOf(watchers.values()).forEach(consumer);
  }

  @Override
  public TableReader reader() {
    return this;
  }

  @Override
  public <T> boolean ask(final Query<T> query, final Consumer<Result<T>> done) {
    return ask(world, query, done);
  }

  <T> boolean ask(final World by, final Query<T> query, final Consumer<Result<T>> done) {
    if (full) {
      return false;
    }
    asked.add(query);
    final Runnable read =
        () ->
            done.accept(
                unavailable || silent.test(query)
                    ? new Result.Unavailable<>("down")
                    : new Result.Found<>(this.<T>answer(query)));
    run(by, read);
    return true;
  }

  @SuppressWarnings("unchecked")
  private <T> T answer(final Query<T> query) {
    return (T) FakeAnswers.to(query, this);
  }

  @Override
  public Journal journal() {
    return this;
  }

  @Override
  public void close(final long timeoutMillis) {}

  @Override
  public boolean submit(final List<Change> changes, final Consumer<Outcome> done) {
    return submit(world, changes, done);
  }

  boolean submit(final World by, final List<Change> changes, final Consumer<Outcome> done) {
    if (full) {
      return false;
    }
    final Runnable commit = () -> done.accept(carryOut(changes));
    run(by, commit);
    return true;
  }

  private void run(final World by, final Runnable task) {
    if (paused) {
      waiting.add(() -> by.tasks.add(task));
    } else {
      by.tasks.add(task);
    }
  }

  /** The connection of an engine that died is closed: what it had not committed is rolled back. */
  void forgetWhatIsWaiting() {
    waiting.clear();
  }

  /** Commits what was submitted while paused, and goes on. */
  void resume() {
    paused = false;
    waiting.forEach(Runnable::run);
    waiting.clear();
    world.settle();
  }

  private Outcome carryOut(final List<Change> changes) {
    beforeCommit.run();
    if (unavailable) {
      return new Outcome.Unavailable("down");
    }
    if (refusing || changes.stream().anyMatch(poison)) {
      return new Outcome.Refused("no");
    }
    if (changes.stream().anyMatch(this::lost)) {
      return new Outcome.Conflict();
    }
    changes.forEach(this::carryOut);
    return new Outcome.Committed();
  }

  private boolean lost(final Change change) {
    if (change instanceof Change.ExchangePublication exchange) {
      final PublicationRow row = exchange.row();
      return !publications.containsKey(
              key(row.user(), row.domain(), row.event(), exchange.oldEtag()))
          && !publications.containsKey(key(row));
    } else if (change instanceof Change.AddSubscription add) {
      return subscriptions.containsKey(key(add.row()));
    } else if (change instanceof Change.UpdateSubscription update) {
      return !subscriptions.containsKey(key(update.row()));
    } else if (change instanceof Change.EndSubscription end) {
      final SubscriptionRow row = subscriptions.get(key(end.dialog()));
      return row == null
          || row.remoteCseq() != end.remoteCseq()
          || end.localCseq().isPresent() && row.localCseq() != end.localCseq().getAsLong();
    }
    return change instanceof Change.UpdateSubscription update
        && !subscriptions.containsKey(key(update.row()));
  }

  static String key(final DialogId dialog) {
    return dialog.callId() + " " + dialog.localTag() + " " + dialog.remoteTag();
  }

  static String key(final SubscriptionRow row) {
    return row.callId() + " " + row.toTag() + " " + row.fromTag();
  }

  private void mark(final Change.MarkSubscriptions mark) {
    for (final SubscriptionRow row : subscriptions.values()) {
      if (row.presentityUri().equals(mark.presentityUri())
          && row.event().equals(mark.event())
          && row.status() == Subscription.ACTIVE
          && row.reason().isEmpty()
          && row.expires() > mark.nowEpochSeconds()
          && !row.contact().equals(mark.exceptContact())) {
        mark(row, mark.slots());
      }
    }
  }

  private void mark(final SubscriptionRow row, final int slots) {
    marked.put(key(row), Math.floorMod(key(row).hashCode(), slots));
  }

  private void authorize(final Change.AuthorizeSubscriptions change) {
    for (final SubscriptionRow row : List.copyOf(subscriptions.values())) {
      if (row.presentityUri().equals(change.presentityUri())
          && row.event().equals(change.event())
          && row.watcherUser().equals(change.watcherUser())
          && row.watcherDomain().equals(change.watcherDomain())) {
        subscriptions.put(key(row), row.authorized(change.status(), change.reason()));
        change.slots().ifPresent(slots -> mark(row, slots));
      }
    }
  }

  void put(final WatcherRow row) {
    watchers.put(key(row), row);
  }

  private static String key(final WatcherRow row) {
    return key(row.presentityUri(), row.watcherUser(), row.watcherDomain(), row.event());
  }

  private void carryOut(final Change change) {
    if (change instanceof Change.PutPublication put) {
      publications.put(key(put.row()), put.row());
    } else if (change instanceof Change.ReplacePublication replace) {
      final PublicationRow row = replace.row();
      publications.remove(key(row.user(), row.domain(), row.event(), replace.oldEtag()));
      publications.put(key(row), row);
    } else if (change instanceof Change.ExchangePublication exchange) {
      carryOut(new Change.ReplacePublication(exchange.oldEtag(), exchange.row()));
    } else if (change instanceof Change.MarkSubscriptions mark) {
      mark(mark);
    } else if (change instanceof Change.MarkSubscription mark) {
      final SubscriptionRow row = subscriptions.get(key(mark.dialog()));
      if (row != null) {
        mark(row, mark.slots());
      }
    } else if (change instanceof Change.AddSubscription add) {
      carryOut(new Change.PutSubscription(add.row()));
    } else if (change instanceof Change.UpdateSubscription update) {
      final SubscriptionRow row = update.row();
      subscriptions.computeIfPresent(
          key(row), (key, old) -> row.withCounters(old.localCseq(), old.version()));
    } else if (change instanceof Change.EndSubscription end) {
      subscriptions.remove(key(end.dialog()));
      marked.remove(key(end.dialog()));
    } else if (change instanceof Change.AuthorizeSubscriptions authorize) {
      authorize(authorize);
    } else if (change instanceof Change.PutWatcher put) {
      watchers.put(key(put.row()), put.row());
    } else if (change instanceof Change.RemoveWatcher remove) {
      watchers.remove(key(remove.presentityUri(), remove.user(), remove.domain(), remove.event()));
    } else if (change instanceof Change.RemovePendingWatchers remove) {
      watchers
          .values()
          .removeIf(
              w ->
                  w.status() == Subscription.PENDING
                      && w.insertedTime() < remove.insertedBeforeEpochSeconds());
    } else if (change instanceof Change.RemovePublication remove) {
      publications.remove(key(remove.user(), remove.domain(), remove.event(), remove.etag()));
    } else if (change instanceof Change.PutSubscription put) {
      final SubscriptionRow row = put.row();
      subscriptions.put(key(row), row);
      marked.remove(key(row));
    } else if (change instanceof Change.UpdateSubscription update) {
      final SubscriptionRow row = update.row();
      subscriptions.computeIfPresent(
          key(row), (key, old) -> row.withCounters(old.localCseq(), old.version()));
    } else if (change instanceof Change.MarkSubscription mark) {
      final String key = key(mark.dialog());
      if (subscriptions.containsKey(key)) {
        marked.put(key, Math.floorMod(key.hashCode(), mark.slots()));
      }
    } else if (change instanceof Change.RemoveSubscription remove) {
      final DialogId dialog = new DialogId(remove.callId(), remove.toTag(), remove.fromTag());
      subscriptions.remove(key(dialog));
      marked.remove(key(dialog));
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
