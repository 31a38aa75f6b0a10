// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a package has to be asked to know a presentity's state. Immutable: the answer can be made on
 * any thread.
 *
 * @param documents those that are there
 * @param leaving a change that removes one is told with it shown as gone
 */
record StateQuestion(
    EventPackage eventPackage, String uri, List<Document> documents, Optional<Leaving> leaving) {

  /**
   * A document that is being removed.
   *
   * @param documents those that were there, itself among them
   * @param index its place
   */
  record Leaving(List<Document> documents, int index) {}

  /**
   * A presentity's state.
   *
   * @param current what a new watcher is told
   * @param announced what the change is told as, where that is something else
   * @param forPublisher what its publisher is told who asks, where that is something else
   */
  record Answer(
      Optional<byte[]> current,
      Optional<Optional<byte[]>> announced,
      Optional<byte[]> forPublisher) {}

  /** Asks; foreign code runs. */
  Answer answer() {
    return new Answer(current(), announced(), eventPackage.stateForPublisher(uri));
  }

  /** As {@link #answer}, one part. */
  Optional<byte[]> current() {
    return state(documents, OptionalInt.empty());
  }

  /** As {@link #answer}, the other part. */
  Optional<Optional<byte[]>> announced() {
    return leaving.map(l -> state(l.documents(), OptionalInt.of(l.index())));
  }

  /** The state of these documents, cut to the base document where it is too long. */
  private Optional<byte[]> state(final List<Document> of, final OptionalInt offline) {
    final Optional<byte[]> state = eventPackage.state(uri, of, offline);
    if (state.isEmpty() || state.get().length <= PresenceLimits.STATE_BYTES || of.isEmpty()) {
      return state;
    }
    final int last = of.size() - 1;
    final OptionalInt gone =
        offline.isPresent() && offline.getAsInt() == last ? OptionalInt.of(0) : OptionalInt.empty();
    return eventPackage.state(uri, List.of(of.get(last)), gone);
  }
}
