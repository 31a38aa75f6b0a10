// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

import java.util.List;
import java.util.function.Consumer;

/**
 * Writes changes to the database in the order in which they were submitted, many submissions per
 * transaction (group commit). {@link #submit} is for the engine thread and never blocks; the
 * outcome comes back on the engine thread.
 */
public interface Journal {

  /** What became of a submission. */
  sealed interface Outcome {
    /** On disk (or as durable as the database promises). */
    record Committed() implements Outcome {}

    /** This submission alone can not be stored (a value too long, a bad character ...). */
    record Refused(String why) implements Outcome {}

    /** Somebody else was faster; nothing of it was stored. */
    record Conflict() implements Outcome {}

    /** The database can not be reached or refuses to work; nothing of it was stored. */
    record Unavailable(String why) implements Outcome {}
  }

  /**
   * Submits changes that are stored together or not at all. {@code done} is called in a later turn
   * of the engine, never from within this method.
   *
   * @return false when the journal is full: nothing was taken, {@code done} will not be called
   */
  boolean submit(List<Change> changes, Consumer<Outcome> done);

  /** Submissions whose outcome is not known yet. Any thread. */
  int depth();
}
