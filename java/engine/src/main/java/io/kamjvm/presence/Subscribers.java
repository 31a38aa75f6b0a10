// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who is subscribed to what, wherever that is kept, and how they are told. In memory ({@link
 * MemorySubscribers}) or in the tables, which other servers change too. Engine thread only; answers
 * come within the call or in a later turn.
 */
interface Subscribers {

  /**
   * What has to be stored together with a change of documents, so that whoever looks for work finds
   * it; empty where watchers are told by {@link #changed} alone.
   *
   * @param sender as for {@link #changed}
   */
  List<Change> marks(Presentity presentity, String sender);

  /**
   * The documents have changed and {@link #marks} are stored.
   *
   * @param sender the one who caused it and need not be told; empty string if nobody
   * @param inline how many NOTIFYs the caller can send itself
   * @return these NOTIFYs, to be sent after the reply
   */
  List<Outgoing> changed(Presentity presentity, String sender, int inline);

  /** Tells all who hear of changes the current state again. */
  void repeat(String presentityUri, EventPackage eventPackage);

  /** Whether somebody's subscription has not expired; {@code answered} hears false on failure. */
  void any(String presentityUri, EventPackage eventPackage, Consumer<Boolean> answered);

  /** The subscriptions that have not expired; empty when the database does not answer. */
  void list(
      String presentityUri,
      EventPackage eventPackage,
      Consumer<Optional<List<SubscriptionRow>>> answered);

  /**
   * All of a watcher's dialogs have this status and reason from now on. Who sees a difference is
   * told: active ones the state, pending ones that they are pending, terminated ones that it is
   * over.
   */
  void authorize(Authorization.Watcher watcher, Authorization.Verdict verdict);
}
