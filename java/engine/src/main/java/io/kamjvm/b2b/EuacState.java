// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.time.Timers;
import java.util.List;

/**
 * Where an event user agent client stands (spec pa-and-b2b 2.6). A state owns the one timer that
 * runs in it: whoever leaves the state cancels it, so none is ever left behind.
 */
sealed interface EuacState {

  /** All titles, in the order of their numbers. */
  List<String> TITLES =
      List.of(
          "unconfirmed",
          "unconfirmed_destroy",
          "confirmed",
          "waiting",
          "resubscription",
          "resubscription_destroy",
          "waiting_for_termination",
          "predestroyed",
          "destroyed");

  /** As {@code presence_b2b.trace} has always shown it, 0 to 8. */
  int number();

  /** What ticks next; does nothing in a state without one. */
  Timers.Timer timer();

  /** As commands show it, e.g. {@code waiting_for_termination}. */
  default String title() {
    return TITLES.get(number());
  }

  /** The first SUBSCRIBE is not answered, and no NOTIFY has come. */
  record Unconfirmed(Timers.Timer timer) implements EuacState {
    @Override
    public int number() {
      return 0;
    }
  }

  /** Nobody wants it any more, but the dialog is not known yet in which to say so. */
  record UnconfirmedDestroy(Timers.Timer timer) implements EuacState {
    @Override
    public int number() {
      return 1;
    }
  }

  /**
   * There is a dialog.
   *
   * @param timer until it is renewed
   * @param renewAt monotonic milliseconds of that
   * @param until monotonic milliseconds at which the grant ends
   */
  record Confirmed(Timers.Timer timer, long renewAt, long until) implements EuacState {
    @Override
    public int number() {
      return 2;
    }
  }

  /**
   * There is no dialog.
   *
   * @param timer until another one is begun; none when the other side wants no further attempt
   */
  record Waiting(Timers.Timer timer, boolean parked) implements EuacState {
    @Override
    public int number() {
      return 3;
    }
  }

  /** The renewal is not answered. */
  record Resubscription(Timers.Timer timer) implements EuacState {
    @Override
    public int number() {
      return 4;
    }
  }

  /** Nobody wants it any more, but the renewal is not answered. */
  record ResubscriptionDestroy(Timers.Timer timer) implements EuacState {
    @Override
    public int number() {
      return 5;
    }
  }

  /** The end is agreed; the last NOTIFY is still to come. */
  record WaitingForTermination(Timers.Timer timer) implements EuacState {
    @Override
    public int number() {
      return 6;
    }
  }

  /** The SUBSCRIBE that ends it is not answered. */
  record Predestroyed(Timers.Timer timer) implements EuacState {
    @Override
    public int number() {
      return 7;
    }
  }

  /** Over. */
  record Destroyed() implements EuacState {
    @Override
    public int number() {
      return 8;
    }

    @Override
    public Timers.Timer timer() {
      return () -> {};
    }
  }
}
