// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Journal.Outcome;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings outcomes to the engine thread, one task for all that were settled together. */
final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

  private final Executor engine;

  Outcomes(final Executor engine) {
    this.engine = engine;
  }

  void deliver(final List<Submission> submissions, final Outcome outcome) {
    if (submissions.isEmpty()) {
      return;
    }
    try {
      engine.execute(() -> submissions.forEach(submission -> tell(submission, outcome)));
    } catch (final RejectedExecutionException e) {
      LOG.warn("nobody is left to hear {} journal outcomes ({})", submissions.size(), outcome);
    }
  }

  private static void tell(final Submission submission, final Outcome outcome) {
    try {
      submission.done().accept(outcome);
    } catch (final RuntimeException e) {
      LOG.error("a listener failed on the outcome {}", outcome, e);
    }
  }
}
