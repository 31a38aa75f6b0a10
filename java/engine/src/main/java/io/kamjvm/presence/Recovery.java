// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.presence.PresenceParameters.PublCache;
import io.kamjvm.presence.PresenceParameters.SubsDbMode;
import io.kamjvm.presence.RecoveryCodec.Changed;
import io.kamjvm.presence.RecoveryCodec.Ended;
import io.kamjvm.presence.RecoveryCodec.Given;
import io.kamjvm.presence.RecoveryCodec.Key;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Notes in the recovery log what would die with the engine: documents and subscriptions that no
 * table has or not yet, NOTIFY counters, NOTIFYs that are owed, and which decisions are under way.
 * Each note is made in the turn in which its cause is decided, so before any reply or NOTIFY about
 * it can leave. {@link Resumption} is the other half. Engine thread only.
 */
final class Recovery {

  /** Bytes that a request's notes take beside body and route set, generously. */
  private static final int REQUEST_BYTES = 2_048;

  private final RecoveryLog log;
  private final boolean documentsNoted;
  private final SubsDbMode mode;
  private final Map<Publication, RecoveryLog.Entry> documents = new IdentityHashMap<>();

  /** Watchers' requests to end dialogs, of which nobody knows yet whether they were committed. */
  private final Map<Key, RecoveryLog.Entry> unsubscribing = new HashMap<>();

  Recovery(final RecoveryLog log, final PresenceParameters parameters) {
    this.log = log;
    this.documentsNoted = parameters.publCache() == PublCache.MEMORY;
    this.mode = parameters.subsDbMode();
  }

  /** Whether there is room for what a request may add; who only takes away is always let in. */
  boolean admits(final SipRequest request) {
    return request.expires().filter(e -> e.trim().equals("0")).isPresent()
        || log.admits(REQUEST_BYTES + request.body().length + 2 * request.recordRoute().length());
  }

  /** The document is noted already. */
  void adopt(final Publication publication, final RecoveryLog.Entry entry) {
    documents.put(publication, entry);
  }

  /** A change of documents is carried out. */
  void document(final PublicationChange change) {
    if (!documentsNoted) {
      return;
    }
    change
        .displaced()
        .flatMap(displaced -> Optional.ofNullable(documents.remove(displaced)))
        .ifPresent(RecoveryLog.Entry::remove);
    final Optional<RecoveryLog.Entry> noted =
        change.before().flatMap(before -> Optional.ofNullable(documents.remove(before)));
    if (change.after().isEmpty()) {
      noted.ifPresent(RecoveryLog.Entry::remove);
      return;
    }
    final Publication after = change.after().get();
    if (documents.containsKey(after)) {
      return;
    }
    final byte[] value = RecoveryCodec.publication(after.row());
    noted.ifPresent(entry -> entry.replace(RecoveryNote.DOCUMENT, value, 0));
    noted
        .or(() -> log.add(RecoveryNote.DOCUMENT, value, 0))
        .ifPresent(entry -> documents.put(after, entry));
  }

  /**
   * The subscription holds, with its row as it is now; in mode 1 the table has it. One that was
   * read from the table, and in which nothing has happened since, needs no note: the next engine
   * reads it as well.
   */
  void holds(final Subscription subscription) {
    if (!subscription.unreserved()) {
      note(subscription);
    }
  }

  private void note(final Subscription subscription) {
    if (mode == SubsDbMode.WRITE_THROUGH) {
      counters(subscription);
    } else {
      changed(subscription);
    }
  }

  private void counters(final Subscription subscription) {
    final Optional<RecoveryNote> note = subscription.note();
    if (note.filter(n -> n.kind == RecoveryNote.COUNTERS).isPresent()) {
      note.get().row = subscription.row();
    } else {
      note(subscription, RecoveryNote.COUNTERS, RecoveryCodec.key(Key.of(subscription.row())));
    }
  }

  /** The row is new or has changed, and no table has it yet. */
  void changed(final Subscription subscription) {
    final boolean noted = subscription.note().filter(n -> n.row == subscription.row()).isPresent();
    if (!noted && mode != SubsDbMode.DATABASE) {
      note(subscription, RecoveryNote.SUBSCRIPTION, RecoveryCodec.subscription(subscription.row()));
    }
  }

  private void note(final Subscription subscription, final int kind, final byte[] value) {
    if (subscription.note().isPresent()) {
      subscription.note().get().replace(kind, value, subscription);
      return;
    }
    final long counter = RecoveryNote.counter(subscription);
    subscription.note(
        log.add(kind, value, counter)
            .map(entry -> new RecoveryNote(entry, kind, subscription.row(), counter)));
  }

  /** Counters have moved, or what is owed has. */
  void count(final Subscription subscription) {
    if (subscription.note().isPresent()) {
      subscription.note().get().count(subscription);
    } else if (RecoveryNote.owed(RecoveryNote.counter(subscription))) {
      if (mode == SubsDbMode.DATABASE) {
        owing(subscription);
      } else if (subscription.live()) {
        note(subscription);
      }
    }
  }

  /** Where only the table knows the dialog: a NOTIFY is owed, or will be. */
  void owing(final Subscription subscription) {
    if (mode == SubsDbMode.DATABASE && subscription.note().isEmpty()) {
      note(subscription, RecoveryNote.OWING, RecoveryCodec.subscription(subscription.rowToWrite()));
    }
  }

  /** Nothing is owed in the dialog. */
  void rests(final Subscription subscription) {
    if (subscription.note().filter(n -> n.kind == RecoveryNote.OWING).isPresent()) {
      forget(subscription);
    }
  }

  /**
   * The last NOTIFY of the subscription is owed.
   *
   * @param state whether it shows the state once more
   */
  void farewell(final Subscription subscription, final String reason, final boolean state) {
    note(
        subscription,
        RecoveryNote.FAREWELL,
        RecoveryCodec.ended(new Ended(subscription.row(), reason, state)));
    settled(Key.of(subscription.row()));
  }

  /** The subscription is over; a farewell that is owed stays noted. */
  void ended(final Subscription subscription) {
    if (subscription.note().filter(n -> n.kind != RecoveryNote.FAREWELL).isPresent()) {
      forget(subscription);
    }
  }

  /** A NOTIFY has had its result. */
  void told(final NotifyResult result) {
    if (result.last()) {
      forget(result.subscription());
    } else {
      count(result.subscription());
    }
  }

  /** Nothing is owed to its watcher any more. */
  void forget(final Subscription subscription) {
    subscription.note().ifPresent(note -> note.entry.remove());
    subscription.note(Optional.empty());
  }

  /**
   * The subscription has ended and its row is still in the table.
   *
   * @return to be run when it no longer is
   */
  Runnable gone(final Subscription subscription) {
    return note(RecoveryNote.GONE, RecoveryCodec.key(Key.of(subscription.row())));
  }

  private Runnable note(final int kind, final byte[] value) {
    final Optional<RecoveryLog.Entry> entry = log.add(kind, value, 0);
    return () -> entry.ifPresent(RecoveryLog.Entry::remove);
  }

  /**
   * A decision goes to the journal. If this engine dies, the next one finds in the table whether it
   * was committed, and here what it has to tell about it.
   *
   * @return to be run when all that is owed because of it is noted, or nothing is
   */
  Runnable decided(final List<Change> forward, final List<Change> backward) {
    final List<Runnable> notes = new ArrayList<>(forward.size());
    for (final Change change : forward) {
      if (change instanceof Change.PutPublication put) {
        notes.add(changing(put.row()));
      } else if (change instanceof Change.ReplacePublication replace) {
        notes.add(changing(replace.row()));
      } else if (change instanceof Change.ExchangePublication exchange) {
        notes.add(changing(exchange.row()));
      } else if (change instanceof Change.RemovePublication remove) {
        notes.add(changing(remove.user(), remove.domain(), remove.event()));
      } else if (change instanceof Change.PutSubscription put) {
        notes.add(note(RecoveryNote.SUBSCRIBING, RecoveryCodec.subscription(put.row())));
      } else if (change instanceof Change.AddSubscription add) {
        notes.add(note(RecoveryNote.SUBSCRIBING, RecoveryCodec.subscription(add.row())));
      } else if (change instanceof Change.UpdateSubscription update) {
        notes.add(note(RecoveryNote.SUBSCRIBING, RecoveryCodec.subscription(update.row())));
      } else if (change instanceof Change.RemoveSubscription
          || change instanceof Change.EndSubscription) {
        ending(backward).map(this::unsubscribing).ifPresent(notes::add);
      }
    }
    return () -> notes.forEach(Runnable::run);
  }

  /**
   * What the change means to watchers is found out later.
   *
   * @return to be run when it is noted what they are owed
   */
  Runnable changing(final PublicationChange change) {
    return changing(change.after().or(change::before).orElseThrow().row());
  }

  /**
   * Whoever watches this is to be told, and it is read first who that is.
   *
   * @return to be run when it is noted what they are owed
   */
  Runnable telling(final String presentityUri, final EventPackage eventPackage) {
    return SipUri.parse(presentityUri)
        .map(uri -> changing(uri.user(), uri.host(), eventPackage.name()))
        .orElse(() -> {});
  }

  /**
   * A PUBLISH was answered, and the same answer is due when it comes again.
   *
   * @return to be run when it is not any more
   */
  Runnable answered(final RecentAnswers.Request request, final SipReply reply) {
    return note(RecoveryNote.ANSWERED, RecoveryCodec.answer(new Given(request, reply)));
  }

  /** The watcher ends the subscription; it is not known yet whether that was committed. */
  Runnable unsubscribing(final SubscriptionRow row) {
    final Key key = Key.of(row);
    settled(key);
    final Optional<RecoveryLog.Entry> entry =
        log.add(RecoveryNote.UNSUBSCRIBING, RecoveryCodec.subscription(row), 0);
    entry.ifPresent(e -> unsubscribing.put(key, e));
    return () -> entry.filter(e -> e == unsubscribing.get(key)).ifPresent(e -> settled(key));
  }

  /** The dialog is over, or goes on: the next engine need not find out. */
  private void settled(final Key key) {
    final RecoveryLog.Entry entry = unsubscribing.remove(key);
    if (entry != null) {
      entry.remove();
    }
  }

  private Runnable changing(final PublicationRow row) {
    return changing(row.user(), row.domain(), row.event());
  }

  private Runnable changing(final String user, final String domain, final String event) {
    return note(RecoveryNote.CHANGING, RecoveryCodec.changed(new Changed(user, domain, event)));
  }

  /** The row that comes back when a removal is taken back. */
  private static Optional<SubscriptionRow> ending(final List<Change> backward) {
    return backward.stream()
        .flatMap(
            change -> {
              if (change instanceof Change.PutSubscription put) {
                return Stream.of(put.row());
              }
              return change instanceof Change.AddSubscription add
                  ? Stream.of(add.row())
                  : Stream.empty();
            })
        .findFirst();
  }
}
