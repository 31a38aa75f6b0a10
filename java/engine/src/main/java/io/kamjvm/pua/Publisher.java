// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.pua.BodyProcessing.Processed;
import io.kamjvm.storage.PuaRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Series of publications: what is done about an order, and what an answer means (spec pua 1.5).
 * Engine thread only.
 */
final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final int PRECONDITION_FAILED = 412;
  private static final int UNAVAILABLE = 503;

  /** Added to what is left of a series that is published anew, seconds. */
  private static final long ANEW = 3;

  private final ModuleContext context;
  private final PuaParameters parameters;
  private final PuaEvents events;
  private final Records records;
  private final RecordNotes notes;
  private final Upkeep upkeep;

  Publisher(
      final ModuleContext context,
      final PuaParameters parameters,
      final PuaEvents events,
      final Records records,
      final RecordNotes notes,
      final Upkeep upkeep) {
    this.context = context;
    this.parameters = parameters;
    this.events = events;
    this.records = records;
    this.notes = notes;
    this.upkeep = upkeep;
  }

  void publish(final PublishOrder order, final OrderListener listener) {
    final Optional<String> objection = OrderCheck.objection(order);
    final Optional<PuaEvent> event = events.find(order.event());
    if (event.isEmpty()) {
      listener.decided(new Decision.Refused("unknown event " + order.event()));
    } else if (objection.isPresent()) {
      listener.decided(new Decision.Refused(objection.get()));
    } else {
      records.of(
          order.presentityUri(),
          found -> {
            if (found.isEmpty()) {
              listener.decided(new Decision.Refused("the database does not answer"));
            } else {
              decide(order, event.get(), listener, match(order, event.get(), found.get()));
            }
          });
    }
  }

  /** Whether the series that the order means exists. */
  void published(final PublishOrder order, final Consumer<Optional<Boolean>> answer) {
    final Optional<PuaEvent> event = events.find(order.event());
    if (event.isEmpty()) {
      answer.accept(Optional.of(false));
      return;
    }
    records.of(
        order.presentityUri(),
        found -> answer.accept(found.map(all -> match(order, event.get(), all).isPresent())));
  }

  private static Optional<PuaRecord> match(
      final PublishOrder order, final PuaEvent event, final List<PuaRecord> candidates) {
    return candidates.stream().filter(r -> isMeant(order, event, r.row)).findFirst();
  }

  private static boolean isMeant(final PublishOrder order, final PuaEvent event, final PuaRow row) {
    return !row.subscription()
        && (row.flag() & order.source().stored().bit()) != 0
        && (row.event() & event.bit()) != 0
        && row.presentityUri().equals(order.presentityUri())
        && (order.id().isEmpty() || order.id().equals(row.id()))
        && (order.etag().isEmpty() || order.etag().get().equals(row.etag()));
  }

  private void decide(
      final PublishOrder order,
      final PuaEvent event,
      final OrderListener listener,
      final Optional<PuaRecord> match) {
    if (order.etag().isPresent() && match.isEmpty()) {
      listener.decided(new Decision.UnknownEtag());
    } else if (order.insert() || match.isEmpty()) {
      start(order, event, listener);
    } else if (!match.get().idle()) {
      if (!match.get().await(() -> publish(order, listener))) {
        listener.decided(new Decision.Refused("too many orders wait for this series"));
      }
    } else {
      update(order, event, listener, match.get());
    }
  }

  private void start(final PublishOrder order, final PuaEvent event, final OrderListener listener) {
    if (order.lifetime() == 0) {
      listener.decided(new Decision.Nothing());
      return;
    }
    if (order.body().isEmpty()) {
      listener.decided(new Decision.BodyMissing());
      return;
    }
    if (!notes.admits(order.body().get().length + order.extraHeaders().length())) {
      listener.decided(new Decision.Refused("recovery_memory is full"));
      return;
    }
    final Processed processed;
    try {
      processed = event.processing().process(order.body().get(), 0, Optional.empty());
    } catch (final UnpublishableException e) {
      listener.decided(new Decision.Refused(e.getMessage()));
      return;
    }
    final PuaRecord record =
        new PuaRecord(
            PuaRows.publication(
                order, event.bit(), desired(order.lifetime()), processed.tupleId().orElse("")));
    record.proxy = order.outboundProxy();
    record.body = Optional.of(processed.body());
    record.contentType = order.contentType();
    records.add(record);
    send(new Publication(record, listener, Kind.INITIAL, order.lifetime(), record.body), event);
  }

  private void update(
      final PublishOrder order,
      final PuaEvent event,
      final OrderListener listener,
      final PuaRecord record) {
    order.outboundProxy().ifPresent(proxy -> record.proxy = Optional.of(proxy));
    if (order.lifetime() == 0) {
      send(new Publication(record, listener, Kind.REMOVAL, 0, Optional.empty()), event);
      return;
    }
    Optional<byte[]> body = Optional.empty();
    final long version = record.row.version() + 1;
    Optional<String> tuple = Optional.of(record.row.tupleId()).filter(t -> !t.isEmpty());
    if (order.body().isPresent()) {
      try {
        final Processed processed = event.processing().process(order.body().get(), version, tuple);
        body = Optional.of(processed.body());
        tuple = processed.tupleId();
      } catch (final UnpublishableException e) {
        listener.decided(new Decision.Refused(e.getMessage()));
        return;
      }
      record.body = body;
      record.contentType = order.contentType();
    }
    record.row =
        PuaRows.counted(
            record.row,
            version,
            tuple.orElse(""),
            order.extraHeaders().isEmpty() ? record.row.extraHeaders() : order.extraHeaders());
    send(new Publication(record, listener, Kind.UPDATE, order.lifetime(), body), event);
  }

  /** Prolongs the series without a document; nobody is told. */
  void refresh(final PuaRecord record) {
    final Optional<PuaEvent> event = events.find(record.row.event());
    if (event.isEmpty()) {
      LOG.error("nobody knows event {} of a series of publications any more", record.row.event());
      records.remove(record);
      return;
    }
    send(
        new Publication(
            record, OrderListener.none(), Kind.REFRESH, remaining(record.row), Optional.empty()),
        event.get());
  }

  private void send(final Publication publication, final PuaEvent event) {
    final PuaRecord record = publication.record();
    context
        .kamailio()
        .send(
            new Outgoing(
                PuaMessages.publish(
                    record.row,
                    new PuaMessages.Publication(
                        event.header(),
                        expires(publication.lifetime),
                        publication.body,
                        record.contentType.or(event::contentType),
                        record.proxy.or(parameters::outboundProxy)),
                    record.slow),
                publication));
  }

  private long expires(final long lifetime) {
    if (lifetime == 0) {
      return 0;
    }
    return (lifetime < 0 ? parameters.defaultExpires() : lifetime) + 1;
  }

  private long desired(final long lifetime) {
    return lifetime < 0
        ? 0
        : Math.min(Integer.MAX_VALUE, context.clock().epochSeconds() + lifetime);
  }

  /** What is left of the time for which it is wanted; negative: for ever. */
  private long remaining(final PuaRow row) {
    return row.desiredExpires() == 0
        ? -1
        : Math.max(0, row.desiredExpires() - context.clock().epochSeconds());
  }

  private enum Kind {
    INITIAL,
    UPDATE,
    REMOVAL,
    REFRESH
  }

  /** A PUBLISH under way. */
  private final class Publication extends Exchange {
    private final Kind kind;
    private final long lifetime;
    private final long desired;
    private final Optional<byte[]> body;

    Publication(
        final PuaRecord record,
        final OrderListener listener,
        final Kind kind,
        final long lifetime,
        final Optional<byte[]> body) {
      super(record, listener);
      this.kind = kind;
      this.lifetime = lifetime;
      this.desired = kind == Kind.REFRESH ? record.row.desiredExpires() : desired(lifetime);
      this.body = body;
    }

    @Override
    void ended(final FinalReply reply) {
      final OptionalLong granted =
          reply.code() < 300
              ? Granted.seconds(reply, context.clock().epochSeconds())
              : OptionalLong.empty();
      if (reply.local()) {
        unanswered();
      } else if (reply.code() < 300) {
        accepted(reply, granted);
      } else if (kind == Kind.REFRESH && isOverloaded(reply)) {
        upkeep.planAgain(record(), 1_000 * Granted.retryAfter(reply).getAsLong());
        records.changed(record());
      } else {
        records.remove(record());
      }
      listener()
          .answered(
              new FinalAnswer(
                  reply.code(),
                  reply.local() ? "Request Timeout" : reply.reason(),
                  reply.local(),
                  reply.etag(),
                  granted));
      if (!reply.local() && reply.code() == PRECONDITION_FAILED) {
        anew();
      }
      if (!record().gone) {
        records.rests(record());
      }
    }

    private void unanswered() {
      if (kind == Kind.INITIAL) {
        records.remove(record());
        return;
      }
      if (kind == Kind.REMOVAL) {
        record().row = PuaRows.until(record().row, record().row.expires(), record().row.expires());
      }
      records.changed(record());
      if (kind == Kind.REFRESH) {
        upkeep.planAgain(record());
      } else {
        upkeep.plan(record());
      }
    }

    private void accepted(final FinalReply reply, final OptionalLong granted) {
      if (granted.isPresent() && granted.getAsLong() == 0) {
        records.remove(record());
        return;
      }
      final Optional<String> etag = reply.etag().map(String::trim).filter(OrderCheck::isWord);
      if (granted.isEmpty() || etag.isEmpty()) {
        LOG.error(
            "the answer {} to a PUBLISH for {} lacks a usable Expires or SIP-ETag",
            reply.code(),
            record().row.presentityUri());
        unchanged();
        return;
      }
      record().established = true;
      record().row =
          PuaRows.published(
              record().row,
              etag.get(),
              context.clock().epochSeconds() + granted.getAsLong(),
              desired);
      records.changed(record());
      upkeep.plan(record());
    }

    private void unchanged() {
      if (kind == Kind.INITIAL) {
        records.remove(record());
      } else {
        records.changed(record());
        upkeep.planAgain(record());
      }
    }

    /** The server has forgotten the series: the document is published once more, as a new one. */
    private void anew() {
      final PuaRow row = record().row;
      final Optional<byte[]> document = body.or(() -> record().body);
      final Optional<PuaEvent> event = events.find(row.event());
      final Optional<Source> source = Source.of(row.flag());
      final long left = desired == 0 ? -1 : desired - context.clock().epochSeconds();
      if (kind == Kind.INITIAL
          || kind == Kind.REMOVAL
          || !Source.republishes(row.flag())
          || document.isEmpty()
          || event.isEmpty()
          || source.isEmpty()
          || desired != 0 && left <= 0) {
        return;
      }
      start(
          new PublishOrder(
              source.get(),
              event.get().header(),
              row.presentityUri(),
              row.id(),
              desired == 0 ? -1 : left + ANEW,
              document,
              record().contentType,
              Optional.empty(),
              record().proxy,
              row.extraHeaders(),
              true),
          event.get(),
          new SecondAnswer(listener()));
    }
  }

  private static boolean isOverloaded(final FinalReply reply) {
    return reply.code() == UNAVAILABLE && Granted.retryAfter(reply).isPresent();
  }
}
