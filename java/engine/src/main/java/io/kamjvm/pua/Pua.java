// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The event-state client: publications and subscriptions that this server holds elsewhere. It keeps
 * them alive until they are ended, over restarts too. Engine thread only; nothing blocks. What is
 * asked is answered in the same turn where records are in memory ({@code db_mode} 0), else in a
 * later one.
 *
 * <p>A module in front of it publishes like this:
 *
 * <pre>{@code
 * pua.publish(
 *     PublishOrder.of(Source.REGINFO_PUBLISH, "reg", "sip:alice@example.com", 3600)
 *         .withId("REGINFO_PUBLISH.alice@location")
 *         .withBody(document, Optional.empty()),
 *     OrderListener.none());
 * }</pre>
 */
public interface Pua {

  /** Starts, continues or ends a series of publications. */
  void publish(PublishOrder order, OrderListener listener);

  /** Starts, continues or ends a subscription. */
  void subscribe(SubscribeOrder order, OrderListener listener);

  /** Whether a NOTIFY belongs to a subscription of ours. */
  void dialog(DialogQuestion question, Consumer<DialogState> answer);

  /** The id of the subscription that a NOTIFY belongs to; empty if there is none. */
  void recordId(DialogQuestion question, Consumer<Optional<String>> answer);

  /** The presentities of all records with this id, sorted. */
  void presentitiesOf(String id, Consumer<List<String>> answer);

  /**
   * Whether a series of publications lives or is just starting; empty when the table does not
   * answer.
   *
   * @param event the Event header's text
   */
  void published(
      Source source,
      String event,
      String presentityUri,
      String id,
      Consumer<Optional<Boolean>> answer);

  /**
   * All series of publications of a source, those that are just starting, too; empty when the table
   * does not answer. Costs what the client holds.
   */
  void publications(Source source, Consumer<Optional<List<HeldPublication>>> answer);

  /**
   * The Call-IDs of all established subscriptions of a source; empty when the table does not
   * answer. Costs what the client holds.
   */
  void subscriptions(Source source, Consumer<Optional<Set<String>>> answer);

  /**
   * Subscribes again in those dialogs of a source, at the pace of refreshes: the notifiers tell
   * their state anew. Nothing of the dialogs' times changes.
   *
   * @param callIds of which dialogs it is wanted
   */
  void resubscribe(Source source, Predicate<String> callIds);

  /** The events that can be published and subscribed to; more can be added. */
  PuaEvents events();
}
