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

  PaFunctions(
      final PaParameters parameters,
      final Presentities presentities,
      final Outcomes outcomes,
      final Injection injection) {
    this.parameters = parameters;
    this.presentities = presentities;
    this.outcomes = outcomes;
    this.injection = injection;
  }

  Map<String, ScriptFunction> all() {
    final Map<String, ScriptFunction> all = new HashMap<>();
    all.put("pa_handle_registration", this::registration);
    all.put("target_online", this::targetOnline);
    all.put("check_subscription_status", this::status);
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
