// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.Source;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What was notified while nobody listened is asked for again, once, as soon as the location table
 * is known: in the dialogs that an earlier engine or server has left. Those made since have been
 * told everything. Engine thread only.
 */
final class MissedNotifies implements LocationListener {
  private final Supplier<Pua> pua;
  private Predicate<String> left = callId -> true;
  private boolean begun;
  private boolean complete;
  private boolean done;

  MissedNotifies(final Supplier<Pua> pua) {
    this.pua = pua;
  }

  /** Before this engine subscribes anywhere; the client is open. */
  void begin() {
    pua.get()
        .subscriptions(
            Source.REGINFO_SUBSCRIBE,
            found -> {
              found.map(Set::copyOf).ifPresent(callIds -> left = callIds::contains);
              begun = true;
              ask();
            });
  }

  @Override
  public void changed(final ContactChange change) {
    // only the beginning matters
  }

  @Override
  public void complete() {
    complete = true;
    ask();
  }

  private void ask() {
    if (begun && complete && !done) {
      done = true;
      pua.get().resubscribe(Source.REGINFO_SUBSCRIBE, left);
      left = callId -> true;
    }
  }
}
