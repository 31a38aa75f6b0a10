// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.RecoveryLog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All subscriptions, by their dialogs. Engine thread only. */
final class Watchers {
  private final Map<DialogId, Watcher> dialogs = new HashMap<>();
  private final PaNotifier notifier;
  private final PaNotes notes;
  private final PaBackup backup;
  private final Presentities presentities;
  private final Kamailio kamailio;

  Watchers(
      final PaNotifier notifier,
      final PaNotes notes,
      final PaBackup backup,
      final Presentities presentities,
      final Kamailio kamailio) {
    this.notifier = notifier;
    this.notes = notes;
    this.backup = backup;
    this.presentities = presentities;
    this.kamailio = kamailio;
  }

  Optional<Watcher> find(final DialogId dialog) {
    return Optional.ofNullable(dialogs.get(dialog));
  }

  Collection<Watcher> all() {
    return dialogs.values();
  }

  /** A new one, which is stored already. */
  void add(final Watcher watcher) {
    if (enter(watcher)) {
      route("pa:watch", watcher);
    }
  }

  /** One that an earlier engine or server has left: its source has been told of it. */
  void adopt(final Watcher watcher) {
    enter(watcher);
  }

  /** Whether it is the first of its presentity. */
  private boolean enter(final Watcher watcher) {
    final Presentity presentity = watcher.presentity();
    dialogs.put(watcher.dialog(), watcher);
    presentity.add(watcher);
    presentity.stored(presentity.stored() || backup.kept());
    notes.note(watcher);
    presentities.wakeBy(presentity, watcher.expires());
    if (watcher.event() == PaEvent.PRESENCE) {
      watchersChanged(presentity);
      if (!presentity.watched()) {
        presentity.watched(true);
        return true;
      }
    }
    return false;
  }

  /** It has been refreshed, which is stored already. */
  void refreshed(final Watcher watcher) {
    notes.note(watcher);
    watcher.written();
    presentities.wakeBy(watcher.presentity(), watcher.expires());
  }

  /** The changes that store it, its presentity with it. */
  List<Change> storing(final Watcher watcher) {
    if (!backup.kept()) {
      return List.of();
    }
    final List<Change> changes = new ArrayList<>();
    changes.add(new Change.PutPa(PaRows.presentity(watcher.presentity())));
    changes.add(new Change.PutPa(PaRows.watcher(watcher)));
    return changes;
  }

  /** Sends what it has not been shown yet. */
  void tell(final Watcher watcher) {
    notifier.tell(watcher);
    if (watcher.unwritten() > PaLimits.CSEQ_BLOCK / 2 && backup.kept()) {
      watcher.written();
      backup.write(List.of(new Change.PutPa(PaRows.watcher(watcher))));
    }
  }

  /** Another verdict; its watcher is told, and a rejected one is no longer. */
  void judge(final Watcher watcher, final Verdict verdict) {
    if (verdict == watcher.verdict() || watcher.ended().isPresent()) {
      return;
    }
    if (verdict == Verdict.REJECTED) {
      watcher.verdict(Verdict.REJECTED, "rejected");
      end(watcher, "rejected");
      return;
    }
    watcher.verdict(verdict, verdict == Verdict.ACTIVE ? "approved" : "subscribe");
    notes.note(watcher);
    if (backup.kept()) {
      backup.write(storing(watcher));
    }
    watchersChanged(watcher.presentity());
  }

  /** Rules have been read; who was decided about otherwise since stays as he is. */
  void judgeAll(final Presentity presentity, final Function<String, Verdict> byRules) {
    for (final Watcher watcher : List.copyOf(presentity.watchers())) {
      final Verdict now = byRules.apply(watcher.party().uri());
      if (watcher.event() != PaEvent.WATCHERINFO && now != watcher.judged()) {
        watcher.judged(now);
        judge(watcher, now);
      }
    }
  }

  /** Ends it and tells its watcher why. */
  void end(final Watcher watcher, final String reason) {
    watcher.end(reason);
    remove(watcher);
    notifier.insist(watcher);
  }

  /** Forgets it without a word to its watcher. */
  void remove(final Watcher watcher) {
    final Presentity presentity = watcher.presentity();
    if (dialogs.remove(watcher.dialog()) == null) {
      return;
    }
    presentity.remove(watcher);
    watcher.note().ifPresent(RecoveryLog.Entry::remove);
    watcher.note(Optional.empty());
    if (backup.kept()) {
      backup.write(List.of(new Change.RemovePa(PaRows.watcher(watcher).key())));
    }
    presentities.again(presentity);
    if (watcher.event() == PaEvent.PRESENCE
        && presentity.watched()
        && presentity.watchers().stream().noneMatch(w -> w.event() == PaEvent.PRESENCE)) {
      presentity.watched(false);
      route("pa:unwatch", watcher);
    }
  }

  private void watchersChanged(final Presentity presentity) {
    presentities.again(presentity);
  }

  private void route(final String name, final Watcher watcher) {
    kamailio.run(
        new EventRoute(
            name,
            Map.of(
                "domain", watcher.presentity().domain().name(),
                "presentity", watcher.presentity().address().uri(),
                "watcher", watcher.party().uri())));
  }
}
