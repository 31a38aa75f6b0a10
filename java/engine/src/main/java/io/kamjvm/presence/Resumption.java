// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.presence.RecoveryCodec.Changed;
import io.kamjvm.presence.RecoveryCodec.Ended;
import io.kamjvm.presence.RecoveryCodec.Given;
import io.kamjvm.presence.RecoveryCodec.Key;
import io.kamjvm.sip.DialogId;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.RecoveryLog.Left;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on where the engine before this one died: rows of the tables are completed with what {@link
 * Recovery} noted, what no table has is put back, counters continue where they were, and NOTIFYs
 * that were owed or under way are sent as the newest state with the next CSeq. Reading happens on
 * the starting thread, the rest on the engine thread.
 */
final class Resumption {
  private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);
  private static final int FIRST_KIND = 1;
  private static final int LAST_KIND = 15;

  /** A document that only memory had. */
  record Document(PublicationRow row, RecoveryLog.Entry entry) {}

  private record Kept(Left left, Optional<SubscriptionRow> row) {}

  private record Farewell(Left left, Ended ended) {}

  private record Changing(Changed what, RecoveryLog.Entry entry) {}

  private final ModuleContext context;
  private final EventPackages packages;
  private final PresenceParameters parameters;
  private final List<Document> documents = new ArrayList<>();
  private final Map<Key, Kept> kept = new LinkedHashMap<>();
  private final List<Farewell> farewells = new ArrayList<>();
  private final Map<Key, Left> gone = new HashMap<>();
  private final List<Changing> changing = new ArrayList<>();
  private final Map<Key, SubscriptionRow> subscribing = new HashMap<>();
  private final Map<Key, SubscriptionRow> unsubscribing = new LinkedHashMap<>();
  private final List<Farewell> owing = new ArrayList<>();
  private final List<Left> answered = new ArrayList<>();
  private final List<RecoveryLog.Entry> done = new ArrayList<>();
  private final List<Subscription> owed = new ArrayList<>();
  private final List<Subscription> told = new ArrayList<>();

  Resumption(
      final ModuleContext context,
      final EventPackages packages,
      final PresenceParameters parameters) {
    this.context = context;
    this.packages = packages;
    this.parameters = parameters;
  }

  /** Reads. */
  void load(final RecoveryLog log) {
    log.replay(
        FIRST_KIND,
        LAST_KIND,
        left -> {
          try {
            take(left);
          } catch (final IllegalArgumentException e) {
            LOG.error("something in the recovery log can not be read: {}", e.getMessage());
            left.entry().remove();
          }
        });
  }

  private void take(final Left left) {
    final byte[] value = left.value();
    switch (left.kind()) {
      case RecoveryNote.DOCUMENT ->
          documents.add(new Document(RecoveryCodec.publication(value), left.entry()));
      case RecoveryNote.SUBSCRIPTION -> {
        final SubscriptionRow row = RecoveryCodec.subscription(value);
        kept.put(Key.of(row), new Kept(left, Optional.of(row)));
      }
      case RecoveryNote.COUNTERS ->
          kept.put(RecoveryCodec.key(value), new Kept(left, Optional.empty()));
      case RecoveryNote.FAREWELL -> farewells.add(new Farewell(left, RecoveryCodec.ended(value)));
      case RecoveryNote.GONE -> {
        gone.put(RecoveryCodec.key(value), left);
        done.add(left.entry());
      }
      case RecoveryNote.CHANGING -> {
        changing.add(new Changing(RecoveryCodec.changed(value), left.entry()));
      }
      case RecoveryNote.SUBSCRIBING -> {
        final SubscriptionRow row = RecoveryCodec.subscription(value);
        subscribing.put(Key.of(row), row);
        done.add(left.entry());
      }
      case RecoveryNote.UNSUBSCRIBING -> {
        final SubscriptionRow row = RecoveryCodec.subscription(value);
        unsubscribing.put(Key.of(row), row);
        done.add(left.entry());
      }
      case RecoveryNote.OWING ->
          owing.add(new Farewell(left, new Ended(RecoveryCodec.subscription(value), "", false)));
      case RecoveryNote.ANSWERED -> answered.add(left);
      default -> throw new IllegalArgumentException("kind " + left.kind());
    }
  }

  /** Documents that no table has, in the order in which they came. */
  List<Document> documents() {
    return documents;
  }

  /**
   * Whether the row of the table is one that the log knows something about; if so, it is placed.
   */
  boolean takesOver(final SubscriptionRow row, final EventState state) {
    final Key key = Key.of(row);
    unsubscribing.remove(key);
    final Optional<SubscriptionRow> accepted = Optional.ofNullable(subscribing.remove(key));
    final Optional<Kept> noted = Optional.ofNullable(kept.remove(key));
    if (noted.isPresent()) {
      final SubscriptionRow newest =
          noted.get().row().filter(r -> r.remoteCseq() >= row.remoteCseq()).orElse(row);
      place(newest, noted.get().left(), state)
          .ifPresent(
              subscription -> {
                stored(subscription, row, state);
                accepted.ifPresent(a -> told.add(subscription));
              });
      return true;
    }
    if (gone.containsKey(key)) {
      find(row, state)
          .ifPresent(
              subscription -> {
                state.writeBack().remove(subscription);
                state.presentities().tidy(subscription.presentity());
              });
      return true;
    }
    if (accepted.isPresent()) {
      find(row, state)
          .ifPresent(
              subscription -> {
                if (row.remoteCseq() < accepted.get().remoteCseq()) {
                  // not committed: it is the row that was read at the start
                  subscription.skip(context.facts().epoch());
                }
                state.subscriptions().activate(subscription);
                told.add(subscription);
              });
      return true;
    }
    return false;
  }

  private Optional<Subscription> find(final SubscriptionRow row, final EventState state) {
    return packages
        .find(row.event())
        .map(p -> new Subscription(state.presentities().obtain(row.presentityUri(), p), row));
  }

  private Optional<Subscription> place(
      final SubscriptionRow row, final Left left, final EventState state) {
    final Optional<Subscription> found = find(row, state);
    if (found.isEmpty()) {
      left.entry().remove();
      return found;
    }
    final Subscription subscription = found.get();
    resume(subscription, left);
    state.subscriptions().activate(subscription);
    if (RecoveryNote.owed(left.counter())) {
      owed.add(subscription);
    }
    return found;
  }

  private static void resume(final Subscription subscription, final Left left) {
    subscription.count(RecoveryNote.cseq(left.counter()), RecoveryNote.version(left.counter()));
    subscription.note(
        Optional.of(
            new RecoveryNote(left.entry(), left.kind(), subscription.row(), left.counter())));
  }

  /** Brings to the table what it lacks. */
  private void stored(
      final Subscription subscription, final SubscriptionRow inTable, final EventState state) {
    subscription.written(inTable.localCseq());
    final SubscriptionRow row = subscription.row();
    if (subscription.unwritten() >= PresenceLimits.COUNTER_BLOCK) {
      // the engine before this one has not come to it
      subscription.unreserve();
    }
    if (!row.withCounters(0, 0).equals(inTable.withCounters(0, 0))) {
      state.writeBack().put(subscription);
    } else if (subscription.unwritten() != 0 && !subscription.unreserved()) {
      state.writeBack().counted(subscription);
    }
  }

  /** Places what the tables did not have, after all their rows and documents are placed. */
  void rest(final EventState state) {
    // it has ended for another reason, whatever became of its watcher's request
    farewells.forEach(farewell -> unsubscribing.remove(Key.of(farewell.ended().row())));
    state.table().ifPresent(table -> inTable(table, state));
    unsubscribing.forEach((key, row) -> farewell(key, row, state));
    final List<Kept> missing = List.copyOf(kept.values());
    kept.clear();
    for (final Kept each : missing) {
      if (each.row().isEmpty() || parameters.subsDbMode() == SubsDbMode.WRITE_THROUGH) {
        // its row is gone from the table, and so is the subscription
        each.left().entry().remove();
      } else {
        place(each.row().get(), each.left(), state)
            .filter(s -> parameters.subsDbMode() == SubsDbMode.WRITE_BACK)
            .ifPresent(state.writeBack()::put);
      }
    }
    farewells.forEach(f -> farewell(f, state));
    changing.forEach(c -> repeat(c, state));
    for (final Subscription subscription : told) {
      state.fanout().watched(subscription, 0);
      owed.add(subscription);
    }
    if (!owed.isEmpty()) {
      LOG.info("{} watchers are told the newest state again", owed.size());
    }
    owed.forEach(s -> state.notifier().asked(s, -1));
    inSlices(owed, s -> state.subscribeHandler().whenSettled(s, () -> state.notifier().pump(s)));
    answered.forEach(left -> answered(left, state));
    done.forEach(RecoveryLog.Entry::remove);
  }

  /** Goes on in dialogs that only the table knows; it says itself whose turn it is. */
  private void inTable(final TableMode table, final EventState state) {
    for (final Farewell each : owing) {
      table.dialogs().working(counted(each)).ifPresent(s -> owed(s, each.left(), state));
    }
    subscribing.values().forEach(row -> subscribed(row, table, state));
    subscribing.clear();
    for (final Farewell each : farewells) {
      table
          .dialogs()
          .ended(counted(each))
          .ifPresent(
              subscription -> {
                resume(subscription, each.left());
                table
                    .subscribers()
                    .farewell(subscription, each.ended().reason(), each.ended().withBody());
              });
    }
    farewells.clear();
    unsubscribing.values().forEach(row -> left(row, table, state));
    unsubscribing.clear();
  }

  private void subscribed(
      final SubscriptionRow row, final TableMode table, final EventState state) {
    table
        .dialogs()
        .working(row)
        .ifPresent(
            subscription -> {
              state.notifier().owing(subscription);
              table
                  .fanout()
                  .watched(
                      subscription,
                      () -> table.dialogs().working(row).ifPresent(s -> owed(s, state)));
            });
  }

  private static SubscriptionRow counted(final Farewell each) {
    final long counter = each.left().counter();
    return each.ended()
        .row()
        .withCounters(RecoveryNote.cseq(counter), RecoveryNote.version(counter) + 1);
  }

  private void owed(final Subscription subscription, final Left left, final EventState state) {
    resume(subscription, left);
    owed(subscription, state);
  }

  private void owed(final Subscription subscription, final EventState state) {
    state.notifier().asked(subscription, -1);
    context.engine().execute(() -> state.notifier().pump(subscription));
  }

  /**
   * If the row is gone its watcher has ended it and is still to be told. Until that is known nobody
   * here may end it for another reason.
   */
  private void left(final SubscriptionRow row, final TableMode table, final EventState state) {
    final DialogId dialog = ActiveWatchers.dialog(row);
    final Runnable noted = state.recovery().unsubscribing(row);
    state.subscribeHandler().unsettled(dialog);
    table.expiry().pause();
    whenKnown(
        dialog,
        table.rows(),
        there -> {
          if (!there) {
            table.dialogs().ended(row).ifPresent(s -> lastOf(s, table, state));
          }
          noted.run();
          state.subscribeHandler().settled(dialog);
          table.expiry().goOn();
        });
  }

  private static void lastOf(
      final Subscription subscription, final TableMode table, final EventState state) {
    state.notifier().ending(subscription, "timeout", true);
    table
        .fanout()
        .unwatched(subscription, () -> table.subscribers().farewell(subscription, "timeout", true));
  }

  private void whenKnown(
      final DialogId dialog, final ActiveWatchers rows, final Consumer<Boolean> there) {
    rows.of(
        dialog,
        found ->
            found.ifPresentOrElse(
                row -> there.accept(row.isPresent()),
                () ->
                    context
                        .timers()
                        .schedule(
                            PresenceLimits.JOURNAL_RETRY_MILLIS,
                            () -> whenKnown(dialog, rows, there))));
  }

  private static void answered(final Left left, final EventState state) {
    try {
      final Given given = RecoveryCodec.answer(left.value());
      state.publishHandler().recent().resume(given.request(), given.reply(), left.entry()::remove);
    } catch (final IllegalArgumentException e) {
      left.entry().remove();
    }
  }

  /** The watcher has ended it, that is committed, and nobody has been told. */
  private void farewell(final Key key, final SubscriptionRow row, final EventState state) {
    final Optional<Kept> noted = Optional.ofNullable(kept.remove(key));
    find(row, state)
        .ifPresent(
            subscription -> {
              noted.ifPresent(k -> resume(subscription, k.left()));
              state.notifier().ending(subscription, "timeout", true);
              state.fanout().unwatched(subscription, 0);
              lastBody(subscription, state);
            });
  }

  private void farewell(final Farewell farewell, final EventState state) {
    final Ended ended = farewell.ended();
    final Optional<Subscription> found = find(ended.row(), state);
    if (found.isEmpty()) {
      farewell.left().entry().remove();
      return;
    }
    final Subscription subscription = found.get();
    resume(subscription, farewell.left());
    if (parameters.subsDbMode() != SubsDbMode.DATABASE) {
      // if its row is still there, the next Kamailio may go on with it
      subscription.unreserve();
    }
    if (ended.withBody()) {
      state.notifier().ending(subscription, ended.reason(), true);
      lastBody(subscription, state);
    } else {
      state.notifier().ended(subscription, ended.reason(), false);
      context.engine().execute(() -> state.notifier().pump(subscription));
    }
  }

  private void lastBody(final Subscription subscription, final EventState state) {
    context.engine().execute(() -> state.subscribeHandler().lastBody(subscription));
  }

  /** Tells the watchers of these documents, as soon as it is known what they are. */
  private void repeat(final Changing changing, final EventState state) {
    final String uri = SipUri.presentity(changing.what().user(), changing.what().domain());
    packages
        .find(changing.what().event())
        .ifPresentOrElse(
            p ->
                state
                    .documents()
                    .whenCurrent(
                        state.presentities().obtain(uri, p),
                        changing,
                        () -> true,
                        () -> {
                          state.subscribers().repeat(uri, p);
                          changing.entry().remove();
                        }),
            changing.entry()::remove);
  }

  private void inSlices(final List<Subscription> all, final Consumer<Subscription> each) {
    for (int from = 0; from < all.size(); from += PresenceLimits.SLICE) {
      final List<Subscription> slice =
          List.copyOf(all.subList(from, Math.min(all.size(), from + PresenceLimits.SLICE)));
      context.engine().execute(() -> slice.forEach(each));
    }
  }
}
