// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.ModuleContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Every {@code timer_interval} looks at each presentity of which something has changed or ended
 * (spec pa 1.17): expires, tells watchers, forgets who is empty. In slices, so that no turn of the
 * engine takes long. Engine thread only.
 */
final class Round {
  private final ModuleContext context;
  private final PaParameters parameters;
  private final Presentities presentities;
  private final Publications publications;
  private final Watchers watchers;
  private final Runnable before;
  private final Consumer<Presentity> inside;
  private final Deque<Presentity> due = new ArrayDeque<>();
  private final Deque<List<Watcher>> told = new ArrayDeque<>();
  private boolean running;

  /**
   * @param before what is done at the beginning of each
   * @param inside tells who watches inside of this process
   */
  Round(
      final ModuleContext context,
      final PaParameters parameters,
      final Presentities presentities,
      final Publications publications,
      final Watchers watchers,
      final Runnable before,
      final Consumer<Presentity> inside) {
    this.context = context;
    this.parameters = parameters;
    this.presentities = presentities;
    this.publications = publications;
    this.watchers = watchers;
    this.before = before;
    this.inside = inside;
  }

  /** The first is after one interval. */
  void begin() {
    context.timers().schedule(parameters.timerMillis(), this::next);
  }

  private void next() {
    begin();
    before.run();
    due.addAll(presentities.takeChanged());
    go();
  }

  private void go() {
    if (!running && !(due.isEmpty() && told.isEmpty())) {
      running = true;
      context.engine().execute(this::slice);
    }
  }

  private void slice() {
    running = false;
    if (told.isEmpty()) {
      for (int i = 0; i < PaLimits.PRESENTITIES_PER_TURN && !due.isEmpty() && told.isEmpty(); i++) {
        look(due.poll());
      }
    } else {
      told.poll().forEach(this::look);
    }
    go();
  }

  private void look(final Presentity presentity) {
    if (presentity.busy()) {
      presentities.again(presentity);
      return;
    }
    final long now = context.clock().epochSeconds();
    publications.expire(presentity, now);
    expireSources(presentity, now);
    final List<Watcher> all = new ArrayList<>(presentity.watchers());
    if (all.size() <= PaLimits.WATCHERS_PER_TURN) {
      all.forEach(this::look);
    } else {
      for (int from = 0; from < all.size(); from += PaLimits.WATCHERS_PER_TURN) {
        told.add(all.subList(from, Math.min(all.size(), from + PaLimits.WATCHERS_PER_TURN)));
      }
    }
    inside.accept(presentity);
    wake(presentity, now);
    presentities.dropIfEmpty(presentity);
  }

  private void look(final Watcher watcher) {
    if (watcher.ended().isEmpty() && watcher.expires() <= context.clock().epochSeconds()) {
      watchers.end(watcher, "timeout");
    } else {
      watchers.tell(watcher);
    }
  }

  private void expireSources(final Presentity presentity, final long now) {
    final Iterator<Map.Entry<String, SourceTuple>> each =
        presentity.sources().entrySet().iterator();
    boolean visible = false;
    while (each.hasNext()) {
      final Map.Entry<String, SourceTuple> entry = each.next();
      if (entry.getValue().expires() != 0 && entry.getValue().expires() <= now) {
        each.remove();
        presentity.forgetInjected(entry.getKey());
        visible = true;
      }
    }
    if (visible) {
      presentity.touched();
    }
  }

  private void wake(final Presentity presentity, final long now) {
    long at = Long.MAX_VALUE;
    for (final SourceTuple source : presentity.sources().values()) {
      at = Math.min(at, source.expires() == 0 ? Long.MAX_VALUE : source.expires());
    }
    for (final Held held : presentity.publications()) {
      at = Math.min(at, held.publication().expires());
    }
    for (final Watcher watcher : presentity.watchers()) {
      at = Math.min(at, watcher.expires());
    }
    if (at < Long.MAX_VALUE) {
      presentities.wakeBy(presentity, Math.max(at, now + 1));
    }
  }
}
