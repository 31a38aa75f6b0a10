// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.AorRule;
import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.ContactChange.Kind;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.pua.Decision;
import io.kamjvm.pua.DialogQuestion;
import io.kamjvm.pua.DialogState;
import io.kamjvm.pua.FinalAnswer;
import io.kamjvm.pua.HeldPublication;
import io.kamjvm.pua.OrderListener;
import io.kamjvm.pua.Pua;
import io.kamjvm.pua.PuaEvents;
import io.kamjvm.pua.PublishOrder;
import io.kamjvm.pua.Source;
import io.kamjvm.pua.SubscribeOrder;
import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A location table, a client and a clock that a test moves by hand. */
final class ReginfoWorld implements UserLocation, Pua, EngineClock, Timers {
  static final long START = 1_700_000_000L;

  final List<PublishOrder> published = new ArrayList<>();
  final Deque<OrderListener> unanswered = new ArrayDeque<>();
  final List<HeldPublication> held = new ArrayList<>();
  final List<LocationListener> listeners = new ArrayList<>();
  final Map<Aor, List<RegisteredContact>> table = new HashMap<>();
  final Deque<Consumer<Optional<Set<String>>>> questions = new ArrayDeque<>();
  final List<Predicate<String>> resubscribed = new ArrayList<>();
  boolean complete = true;

  /** Whether the client's table answers. */
  boolean answering = true;

  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
  private long millis;

  private record Due(long at, Runnable task, boolean[] cancelled) {}

  static RegisteredContact contact(final String ruid, final String uri, final long expires) {
    return new RegisteredContact(
        ruid,
        uri,
        "",
        "",
        expires,
        OptionalInt.empty(),
        "call-" + ruid,
        1,
        "ua",
        "",
        0,
        "",
        0,
        0,
        START);
  }

  /** Changes the table and tells everybody. */
  void change(final Kind kind, final String user, final RegisteredContact contact) {
    change(kind, user, contact, false, Set.of());
  }

  void change(
      final Kind kind,
      final String user,
      final RegisteredContact contact,
      final boolean own,
      final Set<ScriptMark> marks) {
    final List<RegisteredContact> contacts =
        table.computeIfAbsent(new Aor("location", user), a -> new ArrayList<>());
    contacts.removeIf(c -> c.ruid().equals(contact.ruid()));
    if (!kind.isEnd()) {
      contacts.add(contact);
    }
    final ContactChange change = new ContactChange(kind, "location", user, contact, own, marks);
    listeners.forEach(l -> l.changed(change));
  }

  void completed() {
    complete = true;
    listeners.forEach(LocationListener::complete);
  }

  /** The oldest PUBLISH under way is answered. */
  void answer(final int code) {
    unanswered
        .remove()
        .answered(
            new FinalAnswer(code, "reason", code == 0, Optional.empty(), OptionalLong.empty()));
  }

  String body(final int index) {
    return new String(published.get(index).body().orElseThrow(), StandardCharsets.UTF_8);
  }

  void advance(final long seconds) {
    final long end = millis + 1_000 * seconds;
    while (!due.isEmpty() && due.peek().at() <= end) {
      final Due next = due.poll();
      millis = Math.max(millis, next.at());
      if (!next.cancelled()[0]) {
        next.task().run();
      }
    }
    millis = end;
  }

  @Override
  public long epochSeconds() {
    return START + millis / 1_000;
  }

  @Override
  public long monotonicMillis() {
    return millis;
  }

  @Override
  public Timer schedule(final long delayMillis, final Runnable task) {
    final Due timer = new Due(millis + delayMillis, task, new boolean[1]);
    due.add(timer);
    return () -> timer.cancelled()[0] = true;
  }

  @Override
  public boolean bound() {
    return true;
  }

  @Override
  public AorRule rule() {
    return new AorRule(false, false, "");
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public List<RegisteredContact> contacts(final String name, final String aor) {
    return List.copyOf(table.getOrDefault(new Aor(name, aor), List.of()));
  }

  @Override
  public void forEach(final BiConsumer<String, String> consumer) {
    List.copyOf(table.keySet()).forEach(aor -> consumer.accept(aor.table(), aor.key()));
  }

  @Override
  public void listen(final LocationListener listener) {
    listeners.add(listener);
  }

  @Override
  public void publish(final PublishOrder order, final OrderListener listener) {
    published.add(order);
    unanswered.add(listener);
    listener.decided(new Decision.Sent());
  }

  @Override
  public void subscribe(final SubscribeOrder order, final OrderListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void dialog(final DialogQuestion question, final Consumer<DialogState> answer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void recordId(final DialogQuestion question, final Consumer<Optional<String>> answer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void presentitiesOf(final String id, final Consumer<List<String>> answer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void published(
      final Source source,
      final String event,
      final String presentityUri,
      final String id,
      final Consumer<Optional<Boolean>> answer) {
    answer.accept(
        answering ? Optional.of(held.stream().anyMatch(h -> h.id().equals(id))) : Optional.empty());
  }

  @Override
  public void publications(
      final Source source, final Consumer<Optional<List<HeldPublication>>> answer) {
    answer.accept(Optional.of(List.copyOf(held)));
  }

  @Override
  public void subscriptions(final Source source, final Consumer<Optional<Set<String>>> answer) {
    questions.add(answer);
  }

  @Override
  public void resubscribe(final Source source, final Predicate<String> callIds) {
    resubscribed.add(callIds);
  }

  @Override
  public PuaEvents events() {
    throw new UnsupportedOperationException();
  }
}
