// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands (spec pa-and-b2b 2.9, 2.13). */
final class B2bCommands {
  private static final int BAD = 400;
  private static final int UNKNOWN = 404;
  private static final int FULL = 503;

  private final StatusDomain domain;
  private final SipSource source;
  private final Orders orders;

  B2bCommands(final StatusDomain domain, final SipSource source, final Orders orders) {
    this.domain = domain;
    this.source = source;
    this.orders = orders;
  }

  Map<String, RpcMethod> byName() {
    return Map.of(
        "presence_b2b.subscribe", this::subscribe,
        "presence_b2b.unsubscribe", this::unsubscribe,
        "presence_b2b.refresh", this::refresh,
        "presence_b2b.list", this::list,
        "presence_b2b.get", this::get,
        "presence_b2b.stats", this::stats,
        "presence_b2b.trace", this::trace);
  }

  private void subscribe(final RpcCall call) {
    final List<String> given = call.arguments();
    if (given.size() < 2 || given.size() > 4) {
      call.fault(BAD, "Arguments: record, subscriber, [package], [feed 0 or 1]");
      return;
    }
    final Optional<Boolean> feed = given.size() < 4 ? Optional.empty() : flag(given.get(3));
    if (given.size() == 4 && feed.isEmpty()) {
      call.fault(BAD, "Feed is neither 0 nor 1");
      return;
    }
    final Orders.Result result =
        orders.subscribe(
            given.get(0), given.get(1), given.size() < 3 ? "" : given.get(2), feed, Owner.RPC);
    if (result instanceof Orders.Result.Refused refused) {
      call.fault(refused.full() ? FULL : BAD, refused.why());
    } else if (result instanceof Orders.Result.Made made) {
      final Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", made.subscription().id().text());
      fields.put("state", domain.state(made.subscription()));
      call.struct(fields);
      call.finish();
    }
  }

  private static Optional<Boolean> flag(final String text) {
    return switch (text) {
      case "0" -> Optional.of(false);
      case "1" -> Optional.of(true);
      default -> Optional.empty();
    };
  }

  private void unsubscribe(final RpcCall call) {
    final Optional<InternalSubscription> subscription = named(call);
    if (subscription.isEmpty()) {
      return;
    }
    domain.complete(subscription.get());
    final Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", domain.state(subscription.get()));
    call.struct(fields);
    call.finish();
  }

  /** The subscription whose id is the first argument; else the command has failed. */
  private Optional<InternalSubscription> named(final RpcCall call) {
    if (call.arguments().size() != 1) {
      call.fault(BAD, "Argument: id");
      return Optional.empty();
    }
    final SubId id = new SubId(call.arguments().get(0));
    final Optional<InternalSubscription> found =
        domain.find(id).or(() -> source.find(id).map(Watch::subscription));
    if (found.isEmpty()) {
      call.fault(UNKNOWN, "No such subscription");
    }
    return found;
  }

  private void refresh(final RpcCall call) {
    final Optional<InternalSubscription> subscription = named(call);
    if (subscription.isPresent()) {
      source
          .find(subscription.get().id())
          .ifPresent(watch -> watch.euac().happen(new EuacEvent.Hurried()));
      call.finish();
    }
  }

  private void list(final RpcCall call) {
    final Optional<String> state = call.arguments().stream().findFirst();
    domain.all().stream()
        .filter(s -> source.find(s.id()).isEmpty())
        .map(this::fields)
        .filter(f -> matches(f, state))
        .forEach(call::struct);
    source.all().stream()
        .map(w -> fields(w.subscription()))
        .filter(f -> matches(f, state))
        .forEach(call::struct);
    call.finish();
  }

  private static boolean matches(final Map<String, Object> fields, final Optional<String> state) {
    return state.isEmpty() || fields.get("state").equals(state.get());
  }

  private Map<String, Object> fields(final InternalSubscription subscription) {
    final Map<String, Object> fields = new LinkedHashMap<>();
    final Optional<Euac> euac = source.find(subscription.id()).map(Watch::euac);
    final Optional<EventDialog> dialog = euac.flatMap(Euac::dialog);
    fields.put("id", subscription.id().text());
    fields.put("record", subscription.key().record());
    fields.put("subscriber", subscription.key().subscriber());
    fields.put("package", subscription.key().eventPackage());
    fields.put("owner", subscription.owner().text());
    fields.put("state", domain.state(subscription));
    fields.put("status", subscription.last().map(m -> m.status().text()).orElse(""));
    fields.put("callid", dialog.map(EventDialog::callId).orElse(""));
    fields.put("ltag", dialog.map(EventDialog::localTag).orElse(""));
    fields.put("rtag", dialog.flatMap(EventDialog::remoteTag).orElse(""));
    fields.put("expires_in", euac.map(Euac::expiresIn).orElse(0L));
    fields.put("next_in", euac.map(Euac::nextIn).orElse(-1L));
    fields.put("notifies", euac.map(Euac::notifies).orElse(0L));
    fields.put("last_code", euac.map(Euac::lastCode).orElse(0));
    return fields;
  }

  private void get(final RpcCall call) {
    final Optional<InternalSubscription> subscription = named(call);
    if (subscription.isEmpty()) {
      return;
    }
    final Map<String, Object> fields = fields(subscription.get());
    final Optional<PresenceDoc> doc = subscription.get().document();
    fields.put("content_type", doc.map(PresenceDoc::mimeType).orElse(""));
    fields.put("body", doc.map(d -> new String(d.bytes(), StandardCharsets.UTF_8)).orElse(""));
    fields.put(
        "subscription_state", subscription.get().last().map(m -> m.status().text()).orElse(""));
    fields.put("reason", subscription.get().last().flatMap(StatusMessage::reason).orElse(""));
    call.struct(fields);
    call.finish();
  }

  private void stats(final RpcCall call) {
    final B2bCounters counters = source.euacs().counters();
    final Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("created", counters.created);
    fields.put("destroyed", counters.destroyed);
    // of those that are destroyed there are none: they are counted above
    for (final String title : EuacState.TITLES.subList(0, EuacState.TITLES.size() - 1)) {
      fields.put(
          title,
          source.euacs().all().stream().filter(e -> e.state().title().equals(title)).count());
    }
    fields.put("notify_ok", counters.notifyOk);
    fields.put("notify_unmatched", counters.notifyUnmatched);
    fields.put("parse_errors", counters.parseErrors);
    fields.put("retries", counters.retries);
    call.struct(fields);
    call.finish();
  }

  private void trace(final RpcCall call) {
    if (!call.arguments().isEmpty()) {
      source
          .all()
          .forEach(
              watch ->
                  call.string(
                      "["
                          + watch.subscription().id()
                          + "]: "
                          + watch.euac().state().number()
                          + ", refcnt: 1, timer started: "
                          + (watch.euac().nextIn() < 0 ? 0 : 1)));
    }
    call.string("EUAC count: " + source.euacs().all().size());
    call.string("create_cnt: " + source.euacs().counters().created);
    call.string("destroy_cnt: " + source.euacs().counters().destroyed);
    call.finish();
  }
}
