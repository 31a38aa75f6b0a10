// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the states of presentities made whose package does not run on the engine thread. While that
 * is under way nothing else happens to the presentity, so a state is always that of the documents
 * that it was made from. Engine thread only.
 */
final class States {
  private static final Logger LOG = LoggerFactory.getLogger(States.class);

  private final PackageCode code;

  States(final PackageCode code) {
    this.code = code;
  }

  /** Runs {@code then} when no change is under way and the state is known, or can not be had. */
  void prepare(final Presentity presentity, final Runnable then) {
    presentity
        .queue()
        .enterAlways(
            () -> {
              if (presentity.stateKnown()) {
                then.run();
              } else {
                make(presentity, then, then);
              }
            });
  }

  /**
   * After a change of the documents, within the operation that has made it.
   *
   * @param tell runs when the new state is known; never, when it can not be had
   */
  void announce(final Presentity presentity, final Runnable tell) {
    presentity
        .queue()
        .next(
            () ->
                make(
                    presentity,
                    tell,
                    () ->
                        LOG.warn(
                            "a change of {} {} is not told to watchers",
                            presentity.eventPackage().name(),
                            presentity.uri())));
  }

  private void make(final Presentity presentity, final Runnable known, final Runnable failed) {
    final StateQuestion question = presentity.question();
    presentity.queue().hold();
    code.call(
        presentity.eventPackage(),
        "state",
        question::answer,
        result -> {
          try {
            if (result instanceof PackageCode.Result.Made<StateQuestion.Answer> made) {
              presentity.know(made.value());
              known.run();
            } else {
              presentity.stateFailed();
              failed.run();
            }
          } finally {
            presentity.queue().release();
          }
        });
  }
}
