// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.PuaRow;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The client as its front ends see it. */
final class PuaClient implements Pua {
  private final PuaEvents events;
  private final Records records;
  private final Publisher publisher;
  private final Subscriber subscriber;
  private final Upkeep upkeep;

  PuaClient(
      final PuaEvents events,
      final Records records,
      final Publisher publisher,
      final Subscriber subscriber,
      final Upkeep upkeep) {
    this.events = events;
    this.records = records;
    this.publisher = publisher;
    this.subscriber = subscriber;
    this.upkeep = upkeep;
  }

  @Override
  public void publish(final PublishOrder order, final OrderListener listener) {
    publisher.publish(order, listener);
  }

  @Override
  public void subscribe(final SubscribeOrder order, final OrderListener listener) {
    subscriber.subscribe(order, listener);
  }

  @Override
  public void dialog(final DialogQuestion question, final Consumer<DialogState> answer) {
    find(
        question,
        found ->
            answer.accept(
                found
                    .map(r -> r.established ? DialogState.ESTABLISHED : DialogState.TEMPORARY)
                    .orElse(DialogState.NONE)));
  }

  @Override
  public void recordId(final DialogQuestion question, final Consumer<Optional<String>> answer) {
    find(question, found -> answer.accept(found.map(r -> r.row.id())));
  }

  private void find(final DialogQuestion question, final Consumer<Optional<PuaRecord>> answer) {
    records.ofCall(
        question.callId(),
        found ->
            answer.accept(
                found.orElse(List.of()).stream().filter(r -> isMeant(question, r)).findFirst()));
  }

  private static boolean isMeant(final DialogQuestion question, final PuaRecord record) {
    final PuaRow row = record.row;
    return (row.flag() & question.source().stored().bit()) != 0
        && row.callId().equals(question.callId())
        && row.fromTag().equals(question.localTag())
        && (!record.established || row.toTag().equals(question.remoteTag()));
  }

  @Override
  public void presentitiesOf(final String id, final Consumer<List<String>> answer) {
    if (id.isEmpty()) {
      answer.accept(List.of());
      return;
    }
    records.withId(
        id,
        found -> {
          final TreeSet<String> presentities = new TreeSet<>();
          found.orElse(List.of()).forEach(r -> presentities.add(r.row.presentityUri()));
          answer.accept(List.copyOf(presentities));
        });
  }

  @Override
  public void published(
      final Source source,
      final String event,
      final String presentityUri,
      final String id,
      final Consumer<Optional<Boolean>> answer) {
    publisher.published(PublishOrder.of(source, event, presentityUri, 0).withId(id), answer);
  }

  @Override
  public void publications(
      final Source source, final Consumer<Optional<List<HeldPublication>>> answer) {
    records.ofSource(
        source.stored().bit(),
        found ->
            answer.accept(
                found.map(
                    all ->
                        all.stream()
                            .filter(r -> !r.gone && !r.row.subscription())
                            .map(PuaClient::held)
                            .toList())));
  }

  private static HeldPublication held(final PuaRecord record) {
    return new HeldPublication(record.row.presentityUri(), record.row.id(), record.body);
  }

  @Override
  public void subscriptions(final Source source, final Consumer<Optional<Set<String>>> answer) {
    records.ofSource(
        source.stored().bit(),
        found ->
            answer.accept(
                found.map(
                    all ->
                        all.stream()
                            .filter(r -> r.row.subscription() && r.established && !r.gone)
                            .map(r -> r.row.callId())
                            .collect(Collectors.toSet()))));
  }

  @Override
  public void resubscribe(final Source source, final Predicate<String> callIds) {
    records.ofSource(
        source.stored().bit(),
        found ->
            found.orElse(List.of()).stream()
                .filter(r -> r.row.subscription() && r.established && r.idle())
                .filter(r -> callIds.test(r.row.callId()))
                .forEach(upkeep::refreshSoon));
  }

  @Override
  public PuaEvents events() {
    return events;
  }
}
