// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal.Outcome;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes that are stored together or not at all.
 *
 * @param submittedNanos {@link System#nanoTime} of the submission
 */
record Submission(List<Change> changes, Consumer<Outcome> done, long submittedNanos) {}
