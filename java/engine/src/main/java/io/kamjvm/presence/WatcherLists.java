// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.winfo.WatcherinfoDocument;
import io.kamjvm.eventpackage.winfo.WatcherinfoDocument.Watcher;
import io.kamjvm.sip.DialogId;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.storage.WatcherRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The documents of watcherinfo packages. Engine thread only. */
final class WatcherLists {
  private static final Logger LOG = LoggerFactory.getLogger(WatcherLists.class);

  private final Presentities presentities;
  private final EventPackages packages;
  private final Optional<TableReader> reader;
  private final LongSupplier now;

  /**
   * @param reader of {@code watchers}; empty where nothing is stored
   */
  WatcherLists(
      final Presentities presentities,
      final EventPackages packages,
      final Optional<TableReader> reader,
      final LongSupplier now) {
    this.presentities = presentities;
    this.packages = packages;
    this.reader = reader;
    this.now = now;
  }

  /** Whether watchers of what this one watches may wait for a decision. */
  boolean stored(final Presentity watcherinfo) {
    return reader.isPresent()
        && packages
            .watchedBy(watcherinfo.eventPackage())
            .map(EventPackage::requiresAuthorization)
            .orElse(false);
  }

  /** Looks up who waits for a decision; {@code done} hears nothing when it can not be had. */
  void undecided(final Presentity watcherinfo, final Consumer<Optional<List<WatcherRow>>> done) {
    final String watched = watched(watcherinfo);
    final boolean asked =
        reader.isPresent()
            && reader
                .get()
                .ask(
                    new Query.WatchersOf(watcherinfo.uri(), watched),
                    result -> done.accept(pending(watcherinfo, result)));
    if (!asked) {
      done.accept(Optional.empty());
    }
  }

  private static Optional<List<WatcherRow>> pending(
      final Presentity watcherinfo, final Result<List<WatcherRow>> result) {
    if (result instanceof Result.Found<List<WatcherRow>> found) {
      return Optional.of(
          found.value().stream().filter(w -> w.status() == Subscription.PENDING).toList());
    }
    LOG.warn("{} of {} lacks those who wait", watcherinfo.eventPackage().name(), watcherinfo.uri());
    return Optional.empty();
  }

  /**
   * All who watch, as the subscription's next document.
   *
   * @param undecided who has asked and waits for a decision
   */
  byte[] full(final Subscription subscription, final List<WatcherRow> undecided) {
    final String uri = subscription.presentity().uri();
    final Collection<Subscription> inMemory =
        packages
            .watchedBy(subscription.presentity().eventPackage())
            .flatMap(watched -> presentities.find(uri, watched))
            .map(Presentity::subscriptions)
            .orElse(Set.of());
    final Collection<Subscription> watching =
        subscription.outbox().watching.<Collection<Subscription>>map(w -> w).orElse(inMemory);
    final List<Watcher> listed = new ArrayList<>(watching.size());
    final Set<String> uris = new HashSet<>();
    for (final Subscription each : watching) {
      if (counts(each)) {
        listed.add(watcher(each));
        uris.add(uri(each.row()));
      }
    }
    for (final WatcherRow row : undecided) {
      final String waiting = SipUri.presentity(row.watcherUser(), row.watcherDomain());
      if (uris.add(waiting)) {
        listed.add(
            new Watcher(
                Base64.getEncoder().encodeToString(waiting.getBytes(StandardCharsets.UTF_8)),
                WatcherEvent.TIMEOUT.text(),
                "waiting",
                waiting));
      }
    }
    return document(subscription, true, listed);
  }

  /**
   * Those to whom something has happened, as the subscription's next document.
   *
   * @param changed with what has ended those who have ended
   */
  byte[] partial(
      final Subscription subscription, final Map<Subscription, Optional<WatcherEvent>> changed) {
    final List<Watcher> listed = new ArrayList<>(changed.size());
    final Optional<Set<DialogId>> inTable = inTable(subscription);
    changed.forEach(
        (each, ending) -> {
          if (ending.isPresent()) {
            listed.add(
                new Watcher(
                    each.row().callId(), ending.get().text(), "terminated", uri(each.row())));
          } else if (counts(each) && inTable.map(t -> t.contains(each.dialog())).orElse(true)) {
            listed.add(watcher(each));
          }
        });
    return document(subscription, false, listed);
  }

  /** Where the table is the truth: who watches; news of others has come too late. */
  private static Optional<Set<DialogId>> inTable(final Subscription subscription) {
    return subscription
        .outbox()
        .watching
        .map(all -> all.stream().map(Subscription::dialog).collect(Collectors.toSet()));
  }

  private boolean counts(final Subscription watching) {
    return watching.live() && watching.row().expires() > now.getAsLong();
  }

  private byte[] document(
      final Subscription subscription, final boolean full, final List<Watcher> watchers) {
    return new WatcherinfoDocument(
            subscription.version() + 1,
            full,
            subscription.presentity().uri(),
            watched(subscription.presentity()),
            watchers)
        .bytes();
  }

  private String watched(final Presentity watcherinfo) {
    return packages.watchedBy(watcherinfo.eventPackage()).orElseThrow().name();
  }

  private static String uri(final SubscriptionRow row) {
    return SipUri.presentity(row.watcherUser(), row.watcherDomain());
  }

  private static Watcher watcher(final Subscription subscription) {
    final SubscriptionRow row = subscription.row();
    return new Watcher(
        row.callId(),
        subscription.event().text(),
        switch (row.status()) {
          case Subscription.ACTIVE -> "active";
          case Subscription.PENDING -> "pending";
          case Subscription.TERMINATED -> "terminated";
          default -> "waiting";
        },
        uri(row));
  }
}
