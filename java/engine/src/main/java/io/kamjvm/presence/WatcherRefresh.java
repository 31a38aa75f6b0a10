// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.sip.SipUri;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code pres_refresh_watchers} and {@code presence.refreshWatchers} (spec presence 9.4). Engine
 * thread only.
 */
final class WatcherRefresh {

  /** Type 0: the rules have changed. */
  static final long RULES = 0;

  /** Type 2: a document of the presentity's own has changed. */
  static final long HARD_STATE = 2;

  /**
   * Where a presentity's own document is.
   *
   * @param name its entity-tag
   */
  record File(String uri, String name) {}

  private final EventPackages packages;
  private final EventState state;

  WatcherRefresh(final EventPackages packages, final EventState state) {
    this.packages = packages;
    this.state = state;
  }

  /**
   * Brings it about.
   *
   * @param type 0 rules, 2 hard state; every other one: all who watch are told the present state
   * @param file for type 2
   * @param done whether it worked; in this turn or a later one
   */
  void refresh(
      final String uri,
      final String event,
      final long type,
      final Optional<File> file,
      final Consumer<Boolean> done) {
    final Optional<EventPackage> eventPackage = packages.find(event);
    if (eventPackage.isEmpty() || type == RULES || type == HARD_STATE) {
      done.accept(false);
      return;
    }
    repeat(uri, eventPackage.get(), done);
  }

  /** The rows are read again, as others may have written them; nobody watching is no failure. */
  private void repeat(
      final String uri, final EventPackage eventPackage, final Consumer<Boolean> done) {
    final Optional<SipUri> parsed = SipUri.parse(uri);
    if (parsed.isEmpty()) {
      done.accept(true);
      return;
    }
    state.afterReplies(
        () -> {
          final Presentity presentity =
              state.presentities().obtain(parsed.get().presentity(), eventPackage);
          state
              .documents()
              .reread(
                  presentity,
                  answered -> {
                    if (answered) {
                      state.subscribers().repeat(presentity.uri(), eventPackage);
                    }
                    done.accept(answered);
                  });
        });
  }
}
