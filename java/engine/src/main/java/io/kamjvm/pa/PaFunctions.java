// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ScriptFunction;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The script functions beside those for SUBSCRIBE and PUBLISH (spec pa 1.10, 1.11). */
final class PaFunctions {
  private final PaParameters parameters;
  private final Presentities presentities;
  private final Outcomes outcomes;
  private final Injection injection;
  private final OfflineWatcherinfo offline;
  private final PaNotifier notifier;
  private final MessageRules messages;

  PaFunctions(
      final PaParameters parameters,
      final Presentities presentities,
      final Outcomes outcomes,
      final Injection injection,
      final OfflineWatcherinfo offline,
      final PaNotifier notifier,
      final MessageRules messages) {
    this.parameters = parameters;
    this.presentities = presentities;
    this.outcomes = outcomes;
    this.injection = injection;
    this.offline = offline;
    this.notifier = notifier;
    this.messages = messages;
  }

  Map<String, ScriptFunction> all() {
    final Map<String, ScriptFunction> all = new HashMap<>();
    all.put("pa_handle_registration", this::registration);
    all.put("target_online", this::targetOnline);
    all.put("check_subscription_status", this::status);
    all.put("store_winfo", this::store);
    all.put("dump_stored_winfo", this::dump);
    all.put("authorize_message", messages::authorize);
    all.put("pa_inject", this::inject);
    return all;
  }

  private static void answer(final Call call, final boolean holds) {
    call.answer(Answer.of(holds ? 1 : -1));
  }

  /** Contacts are heard of without it, so there is nothing left to do. */
  private void registration(final Call call) {
    answer(call, call.request().flatMap(r -> PresentityAddress.of(r.to())).isPresent());
  }

  private void targetOnline(final Call call) {
    final Optional<Pdomain> domain = presentities.domain(call.arguments().get(0));
    final Optional<PresentityAddress> address = call.request().flatMap(PresentityAddress::of);
    if (domain.isEmpty() || address.isEmpty()) {
      answer(call, false);
      return;
    }
    final Presentity presentity = presentities.obtain(domain.get(), address.get());
    if (!presentity.enter(() -> answer(call, presentity.online()))) {
      answer(call, false);
    }
  }

  private void status(final Call call) {
    answer(
        call,
        call.request()
            .flatMap(outcomes::of)
            .map(o -> o.status().equalsIgnoreCase(call.arguments().get(0)))
            .orElse(false));
  }

  private void store(final Call call) {
    final Optional<Pdomain> domain = presentities.domain(call.arguments().get(0));
    final Optional<PresentityAddress> address = call.request().flatMap(PresentityAddress::of);
    answer(
        call,
        domain.isPresent()
            && address.isPresent()
            && offline.store(
                domain.get(),
                address.get(),
                SubscriptionHandler.watcherUri(call.request().orElseThrow()),
                call.request()
                    .flatMap(outcomes::of)
                    .map(Outcomes.Outcome::status)
                    .filter(s -> !s.isEmpty())
                    .orElse("pending")));
  }

  /** A subscription that is still being stored is waited for. */
  private void dump(final Call call) {
    final Optional<Presentity> presentity =
        presentities
            .domain(call.arguments().get(0))
            .flatMap(
                domain ->
                    call.request()
                        .flatMap(PresentityAddress::of)
                        .flatMap(address -> domain.find(address.key())));
    if (presentity.isEmpty()
        || !call.arguments().get(1).equalsIgnoreCase(PaEvent.PRESENCE.packageName())
        || !presentity.get().enter(() -> dump(call, presentity.get()))) {
      answer(call, false);
    }
  }

  private void dump(final Call call, final Presentity presentity) {
    final Optional<Watcher> watcher =
        presentity.watchers(PaEvent.WATCHERINFO).stream()
            .filter(w -> w.verdict() == Verdict.ACTIVE)
            .findFirst();
    final Optional<OfflineWatcherinfo.Dump> rows =
        offline.dump(presentity.domain(), presentity.address());
    if (watcher.isPresent() && rows.isPresent()) {
      watcher.get().dump(rows);
      notifier.insist(watcher.get());
    }
    answer(call, watcher.isPresent());
  }

  private void inject(final Call call) {
    final Optional<Pdomain> domain = presentities.domain(call.arguments().get(0));
    final Optional<PresentityAddress> address = PresentityAddress.parse(call.arguments().get(1));
    final Optional<Injection.State> state = Injection.State.named(call.arguments().get(2));
    answer(
        call,
        domain.isPresent()
            && address.isPresent()
            && state.isPresent()
            && injection
                .inject(
                    domain.get(),
                    address.get(),
                    new Injection.Statement(
                        state.get(), "", "", parameters.defaultExpires(), "script"))
                .isEmpty());
  }
}
