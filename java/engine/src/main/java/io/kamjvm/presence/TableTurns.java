// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.SubscriptionRow;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.time.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns in dialogs from the table, so that of several servers no two ever send the same CSeq.
 * Turns that are wanted at the same time are taken together; what a NOTIFY is made from is read
 * after its turn was taken, so that no later CSeq carries an older state. While the database does
 * not answer they wait. Engine thread only.
 */
final class TableTurns implements NotifyTurns {
  private static final Logger LOG = LoggerFactory.getLogger(TableTurns.class);

  private record Wanted(
      Subscription subscription, Optional<Integer> mark, Consumer<Boolean> taken) {
    Wanted unmarked() {
      return new Wanted(subscription, Optional.empty(), taken);
    }
  }

  /** What waits until some dialogs have been told. */
  final class Order {
    private final Runnable then;
    private int awaited = 1;
    private boolean done;
    private Optional<Timers.Timer> patience = Optional.empty();

    private Order(final Runnable then) {
      this.then = then;
    }

    /** One dialog more: its next NOTIFY leaves first, or does not leave. */
    void await(final Subscription subscription) {
      awaited++;
      orders.computeIfAbsent(subscription, key -> new ArrayList<>(1)).add(this);
    }

    /** No further dialog is awaited; those that are slow are not awaited long. */
    void complete() {
      told();
      if (!done) {
        patience = Optional.of(context.timers().schedule(PresenceLimits.ORDER_MILLIS, this::goOn));
      }
    }

    private void told() {
      awaited--;
      if (awaited == 0) {
        goOn();
      }
    }

    private void goOn() {
      if (!done) {
        done = true;
        patience.ifPresent(Timers.Timer::cancel);
        then.run();
      }
    }
  }

  private final ModuleContext context;
  private final TableReader reader;
  private final TurnSources sources;
  private final Dialogs dialogs;
  private final ArrayDeque<Wanted> wanted = new ArrayDeque<>();
  private final Map<Subscription, Integer> marks = new IdentityHashMap<>();
  private final Map<Subscription, List<Order>> orders = new IdentityHashMap<>();
  private int underWay;
  private boolean scheduled;
  private boolean troubled;

  TableTurns(
      final ModuleContext context,
      final TableReader reader,
      final TurnSources sources,
      final Dialogs dialogs) {
    this.context = context;
    this.reader = reader;
    this.sources = sources;
    this.dialogs = dialogs;
  }

  @Override
  public boolean immediate(final Subscription subscription) {
    return false;
  }

  /** The next turn in this dialog is ours only if the row is still marked so. */
  void marked(final Subscription subscription, final int slot) {
    marks.put(subscription, slot);
  }

  /** Lets {@code then} wait until dialogs have been told. */
  Order order(final Runnable then) {
    return new Order(then);
  }

  @Override
  public void sent(final Subscription subscription) {
    final List<Order> waiting = orders.remove(subscription);
    if (waiting != null) {
      waiting.forEach(Order::told);
    }
  }

  @Override
  public void rested(final Subscription subscription) {
    sent(subscription);
    dialogs.rested(subscription);
  }

  @Override
  public void take(final Subscription subscription, final Consumer<Boolean> taken) {
    wanted.add(new Wanted(subscription, Optional.ofNullable(marks.remove(subscription)), taken));
    schedule();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      context
          .engine()
          .execute(
              () -> {
                scheduled = false;
                ask();
              });
    }
  }

  private void ask() {
    while (!wanted.isEmpty() && underWay < PresenceLimits.TURN_QUESTIONS) {
      final Wanted first = wanted.poll();
      if (!first.subscription().live()) {
        // it is in no table any more: its counters are ours
        make(first);
        continue;
      }
      final List<Wanted> batch = new ArrayList<>();
      batch.add(first);
      while (batch.size() < PresenceLimits.SLICE
          && !wanted.isEmpty()
          && wanted.peek().subscription().live()
          && wanted.peek().mark().equals(first.mark())) {
        batch.add(wanted.poll());
      }
      final List<DialogId> asked = batch.stream().map(w -> w.subscription().dialog()).toList();
      if (!reader.ask(
          new Query.TakeTurns(asked, first.mark(), context.clock().epochSeconds()),
          result -> answered(batch, result))) {
        retry(batch, "too many questions wait");
        return;
      }
      underWay++;
    }
  }

  private void answered(final List<Wanted> batch, final Result<List<SubscriptionRow>> result) {
    underWay--;
    if (result instanceof Result.Found<List<SubscriptionRow>> found) {
      troubled = false;
      final Map<DialogId, SubscriptionRow> rows = new HashMap<>();
      found.value().forEach(r -> rows.put(new DialogId(r.callId(), r.toTag(), r.fromTag()), r));
      batch.forEach(w -> concluded(w, Optional.ofNullable(rows.get(w.subscription().dialog()))));
    } else if (result instanceof Result.Unavailable<List<SubscriptionRow>> unavailable) {
      retry(batch, unavailable.why());
    }
    schedule();
  }

  private void retry(final List<Wanted> batch, final String why) {
    if (!troubled) {
      troubled = true;
      LOG.warn("NOTIFYs wait for the database: {}", why);
    }
    context
        .timers()
        .schedule(
            PresenceLimits.JOURNAL_RETRY_MILLIS,
            () -> {
              // whether the marks are still there is not known; at worst a CSeq is skipped
              batch.forEach(w -> wanted.add(w.unmarked()));
              schedule();
            });
  }

  private void concluded(final Wanted turn, final Optional<SubscriptionRow> row) {
    final Subscription subscription = turn.subscription();
    if (!subscription.live()) {
      make(turn);
    } else if (row.isPresent()) {
      Dialogs.turn(subscription, row.get());
      subscription.outbox().turn = true;
      make(turn);
    } else if (turn.mark().isPresent()) {
      // another server has done what the mark asked for
      subscription.outbox().change = false;
      if (subscription.outbox().waiting()) {
        wanted.add(turn.unmarked());
      } else {
        conclude(turn, false);
      }
    } else {
      subscription.live(false);
      subscription.outbox().clearState();
      subscription.outbox().states = List.of();
      conclude(turn, false);
    }
  }

  private void make(final Wanted turn) {
    sources.whenAtHand(turn.subscription(), () -> conclude(turn, true));
  }

  private static void conclude(final Wanted turn, final boolean taken) {
    try {
      turn.taken().accept(taken);
    } catch (final RuntimeException | StackOverflowError e) {
      LOG.error("a NOTIFY of {} could not be made", turn.subscription().row().presentityUri(), e);
    }
  }
}
