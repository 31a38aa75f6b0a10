// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.sip.RouteSet;
import io.kamjvm.storage.PuaRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscription dialogs in which we are the subscriber: what is done about an order, and what an
 * answer means (spec pua 1.6). Engine thread only.
 */
final class Subscriber {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
  private static final int UNAVAILABLE = 503;

  /** A dialog whose first SUBSCRIBE is not answered is forgotten after so many seconds. */
  private static final long TEMPORARY = 64;

  /** Added to what is asked for, seconds. */
  private static final long MARGIN = 10;

  /** Added to what is left of a dialog that is made anew, seconds. */
  private static final long ANEW = 3;

  private final ModuleContext context;
  private final PuaParameters parameters;
  private final PuaEvents events;
  private final Records records;
  private final RecordNotes notes;
  private final Upkeep upkeep;

  Subscriber(
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

  void subscribe(final SubscribeOrder order, final OrderListener listener) {
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

  private Optional<PuaRecord> match(
      final SubscribeOrder order, final PuaEvent event, final List<PuaRecord> candidates) {
    return candidates.stream().filter(r -> isMeant(order, event, r.row)).findFirst();
  }

  private boolean isMeant(final SubscribeOrder order, final PuaEvent event, final PuaRow row) {
    return row.subscription()
        && (row.flag() & order.source().stored().bit()) != 0
        && (row.event() & event.bit()) != 0
        && row.presentityUri().equals(order.presentityUri())
        && row.watcherUri().equals(order.watcherUri())
        && (order.id().isEmpty() || order.id().equals(row.id()))
        && (!parameters.checksRemoteContact()
            || order.remoteTarget().isEmpty()
            || order.remoteTarget().get().equals(row.remoteContact()));
  }

  private void decide(
      final SubscribeOrder order,
      final PuaEvent event,
      final OrderListener listener,
      final Optional<PuaRecord> match) {
    if (order.insert() || match.isEmpty()) {
      start(order, event, listener);
    } else if (order.onlyIfNew()) {
      listener.decided(new Decision.Nothing());
    } else if (!match.get().established) {
      beforeAnswer(order, listener, match.get());
    } else if (!match.get().idle()) {
      if (!match.get().await(() -> subscribe(order, listener))) {
        listener.decided(new Decision.Refused("too many orders wait for this dialog"));
      }
    } else {
      within(order, event, listener, match.get());
    }
  }

  private void start(
      final SubscribeOrder order, final PuaEvent event, final OrderListener listener) {
    if (order.lifetime() == 0) {
      listener.decided(new Decision.Nothing());
      return;
    }
    if (!notes.admits(order.extraHeaders().length())) {
      listener.decided(new Decision.Refused("recovery_memory is full"));
      return;
    }
    final PuaRecord record =
        new PuaRecord(
            PuaRows.temporary(
                order,
                event.bit(),
                PuaMessages.unique(),
                PuaMessages.unique(),
                context.clock().epochSeconds() + TEMPORARY));
    record.proxy = order.outboundProxy();
    records.add(record);
    notes.note(record);
    send(new Subscription(record, listener, true, false, order.lifetime()), event, record.proxy);
  }

  private void beforeAnswer(
      final SubscribeOrder order, final OrderListener listener, final PuaRecord record) {
    if (order.lifetime() > 0) {
      LOG.warn("the first SUBSCRIBE to {} is not answered yet", order.presentityUri());
    } else {
      LOG.warn("a subscription to {} ends before it has begun", order.presentityUri());
      records.remove(record);
    }
    listener.decided(new Decision.Nothing());
  }

  private void within(
      final SubscribeOrder order,
      final PuaEvent event,
      final OrderListener listener,
      final PuaRecord record) {
    sendWithin(record, event, listener, false, order.lifetime());
  }

  /** Prolongs the dialog; nobody is told. */
  void refresh(final PuaRecord record) {
    final Optional<PuaEvent> event = events.find(record.row.event());
    if (event.isEmpty()) {
      LOG.error("nobody knows event {} of a subscription any more", record.row.event());
      records.remove(record);
      return;
    }
    final long left =
        record.row.desiredExpires() == 0
            ? -1
            : Math.max(0, record.row.desiredExpires() - context.clock().epochSeconds());
    sendWithin(record, event.get(), OrderListener.none(), true, left);
  }

  private void sendWithin(
      final PuaRecord record,
      final PuaEvent event,
      final OrderListener listener,
      final boolean refresh,
      final long lifetime) {
    record.row = PuaRows.withCseq(record.row, record.row.cseq() + 1);
    notes.note(record);
    send(new Subscription(record, listener, false, refresh, lifetime), event, Optional.empty());
  }

  private void send(
      final Subscription subscription, final PuaEvent event, final Optional<String> nextHop) {
    final PuaRecord record = subscription.record();
    context
        .kamailio()
        .send(
            new Outgoing(
                PuaMessages.subscribe(
                    record.row,
                    event.header(),
                    expires(subscription.lifetime),
                    nextHop,
                    record.slow),
                subscription));
  }

  private long expires(final long lifetime) {
    final long asked = lifetime < 0 ? parameters.defaultExpires() : lifetime;
    if (asked == 0) {
      return 0;
    }
    return asked <= parameters.minExpires() ? parameters.minExpires() : asked + MARGIN;
  }

  private long desired(final long lifetime) {
    return lifetime < 0
        ? 0
        : Math.min(Integer.MAX_VALUE, context.clock().epochSeconds() + lifetime);
  }

  /** A SUBSCRIBE under way. */
  private final class Subscription extends Exchange {
    private final boolean initial;
    private final boolean refresh;
    private final long lifetime;
    private final long desired;

    Subscription(
        final PuaRecord record,
        final OrderListener listener,
        final boolean initial,
        final boolean refresh,
        final long lifetime) {
      super(record, listener);
      this.initial = initial;
      this.refresh = refresh;
      this.lifetime = lifetime;
      this.desired = refresh ? record.row.desiredExpires() : desired(lifetime);
    }

    @Override
    boolean forgivesFailure() {
      return initial;
    }

    @Override
    void ended(final FinalReply reply) {
      final OptionalLong granted =
          reply.code() < 300
              ? Granted.seconds(reply, context.clock().epochSeconds())
              : OptionalLong.empty();
      final boolean retried =
          refresh
              && !reply.local()
              && reply.code() == UNAVAILABLE
              && Granted.retryAfter(reply).isPresent();
      if (reply.code() < 300 && granted.orElse(0) > 0) {
        accepted(reply, granted.getAsLong());
      } else if (retried) {
        records.changed(record());
        upkeep.planAgain(record(), 1_000 * Granted.retryAfter(reply).getAsLong());
      } else {
        records.remove(record());
      }
      listener()
          .answered(
              new FinalAnswer(
                  reply.code(),
                  reply.local() ? "Request Timeout" : reply.reason(),
                  reply.local(),
                  Optional.empty(),
                  granted));
      if (!initial && !reply.local() && reply.code() >= 300 && !retried) {
        anew();
      }
      if (!record().gone) {
        records.rests(record());
      }
    }

    private void accepted(final FinalReply reply, final long granted) {
      final long expires = context.clock().epochSeconds() + granted;
      final Optional<String> contact = reply.contact().filter(OrderCheck::isUri);
      if (initial) {
        final Optional<String> tag = reply.toTag().filter(OrderCheck::isWord);
        if (tag.isEmpty() || contact.isEmpty()) {
          LOG.error(
              "the answer {} to a SUBSCRIBE to {} lacks a To-tag or a usable Contact",
              reply.code(),
              record().row.presentityUri());
          records.remove(record());
          return;
        }
        established(reply, tag.get(), contact.get(), expires);
        return;
      }
      record().row =
          PuaRows.until(
              PuaRows.withRemoteContact(record().row, contact.orElse(record().row.remoteContact())),
              expires,
              desired);
      records.changed(record());
      upkeep.plan(record());
    }

    private void established(
        final FinalReply reply, final String tag, final String contact, final long expires) {
      final boolean unwanted = record().gone;
      record().established = true;
      record().row =
          PuaRows.until(
              PuaRows.dialog(
                  record().row,
                  tag,
                  reply.cseq().orElse(PuaMessages.FIRST_CSEQ),
                  RouteSet.reversed(reply.recordRoute()),
                  contact),
              expires,
              desired);
      if (unwanted) {
        end();
        return;
      }
      records.changed(record());
      upkeep.plan(record());
    }

    /** Ended by its owner before it was answered: the notifier is told now. */
    private void end() {
      events
          .find(record().row.event())
          .ifPresent(event -> sendWithin(record(), event, OrderListener.none(), false, 0));
    }

    /** The notifier does not know the dialog any more: a new one is made. */
    private void anew() {
      final PuaRow row = record().row;
      final Optional<PuaEvent> event = events.find(row.event());
      final Optional<Source> source = Source.of(row.flag());
      final long left = desired == 0 ? -1 : desired - context.clock().epochSeconds();
      if (lifetime == 0 || desired != 0 && left <= 0 || event.isEmpty() || source.isEmpty()) {
        return;
      }
      start(
          new SubscribeOrder(
              source.get(),
              event.get().header(),
              row.presentityUri(),
              row.watcherUri(),
              row.contact(),
              Optional.of(row.remoteContact()),
              row.id(),
              desired == 0 ? -1 : left + ANEW,
              Optional.empty(),
              row.extraHeaders(),
              true,
              false),
          event.get(),
          new SecondAnswer(listener()));
    }
  }
}
