// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.StoreFactory;
import io.kamjvm.storage.SubscriptionRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The tables in memory, for a simulation that decides itself when their work is done: what the
 * engine submits or asks waits in a queue until {@link #work} is told to do it. A row whose body or
 * Call-ID contains {@link #POISON} is refused.
 */
public final class SimulatedTables {
  public static final String POISON = "poison";

  private final FakeStore store = new FakeStore();
  private final World queue = new World(store);

  public SimulatedTables() {
    store.poison = SimulatedTables::poisonous;
  }

  private static boolean poisonous(final Change change) {
    if (change instanceof Change.PutPublication put) {
      return poisonous(put.row());
    } else if (change instanceof Change.ReplacePublication replace) {
      return poisonous(replace.row());
    } else if (change instanceof Change.ExchangePublication exchange) {
      return poisonous(exchange.row());
    }
    return change instanceof Change.PutSubscription put && put.row().callId().contains(POISON);
  }

  private static boolean poisonous(final PublicationRow row) {
    return new String(row.body(), StandardCharsets.UTF_8).contains(POISON);
  }

  /** For the engine. */
  public StoreFactory factory() {
    return store.door(queue);
  }

  /** Submissions and questions that wait. */
  public int waiting() {
    return queue.tasks.size();
  }

  /** Does what has waited longest, and tells who submitted it. */
  public void work(final boolean unavailable) {
    store.unavailable = unavailable;
    store.asked.clear();
    queue.tasks.poll().run();
  }

  /** Forgets what waits. */
  public void drop() {
    queue.tasks.clear();
  }

  /** Whether nothing more is taken. */
  public void full(final boolean now) {
    store.full = now;
  }

  public List<PublicationRow> publications() {
    return List.copyOf(store.publications.values());
  }

  public List<SubscriptionRow> subscriptions() {
    return List.copyOf(store.subscriptions.values());
  }

  /** Damages the subscriptions. */
  public void rewriteSubscriptions(final UnaryOperator<SubscriptionRow> how) {
    store.subscriptions.replaceAll((key, row) -> how.apply(row));
  }

  /** Loses the newest document. */
  public void loseNewestDocument() {
    String last = "";
    for (final String key : store.publications.keySet()) {
      last = key;
    }
    store.publications.remove(last);
  }
}
