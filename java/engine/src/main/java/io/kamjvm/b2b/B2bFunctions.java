// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ScriptFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The script functions (spec pa-and-b2b 2.13). */
final class B2bFunctions {
  private final StatusDomain domain;
  private final Orders orders;
  private final NotifyHandler notify;

  B2bFunctions(final StatusDomain domain, final Orders orders, final NotifyHandler notify) {
    this.domain = domain;
    this.orders = orders;
    this.notify = notify;
  }

  Map<String, ScriptFunction> byName() {
    final Map<String, ScriptFunction> all = new HashMap<>();
    all.put(PresenceB2bModule.HANDLE_NOTIFY, notify);
    all.put("pb2b_subscribe", this::subscribe);
    all.put("pb2b_unsubscribe", this::unsubscribe);
    all.put("pb2b_state", call -> value(call, domain::state));
    all.put("pb2b_presence", call -> value(call, B2bFunctions::presence));
    return all;
  }

  private void subscribe(final Call call) {
    final List<String> given = call.arguments();
    final Orders.Result result =
        orders.subscribe(
            given.get(0),
            given.get(1),
            given.size() < 3 ? "" : given.get(2),
            Optional.empty(),
            Owner.SCRIPT);
    call.answer(Answer.of(result instanceof Orders.Result.Made ? 1 : -1));
  }

  private void unsubscribe(final Call call) {
    final Optional<InternalSubscription> found = found(call);
    found.ifPresent(domain::unsubscribe);
    call.answer(Answer.of(found.isPresent() ? 1 : -1));
  }

  private Optional<InternalSubscription> found(final Call call) {
    final List<String> given = call.arguments();
    final Optional<SubKey> key =
        Orders.key(given.get(0), given.get(1), given.size() < 3 ? "" : given.get(2));
    return key.flatMap(domain::shared);
  }

  private void value(final Call call, final Function<InternalSubscription, String> what) {
    final Optional<InternalSubscription> found =
        Orders.key(call.arguments().get(0), call.arguments().get(1), "").flatMap(domain::shared);
    call.answer(found.map(s -> Answer.value(1, what.apply(s))).orElse(Answer.of(-1)));
  }

  private static String presence(final InternalSubscription subscription) {
    return subscription
        .document()
        .flatMap(PresenceDoc::basic)
        .map(b -> b.name().toLowerCase(Locale.ROOT))
        .orElse("unknown");
  }
}
