// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.sip.SipUri;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The script functions of module {@code presence} (spec presence 2). Where the module is a library
 * only, all of them return -1.
 */
final class PresenceFunctions {
  private static final int YES = 1;
  private static final int NO = -1;

  private final Supplier<Optional<EventState>> state;
  private final EventPackages packages;
  private final ModuleContext context;

  /**
   * @param state empty in library mode
   */
  PresenceFunctions(
      final Supplier<Optional<EventState>> state,
      final EventPackages packages,
      final ModuleContext context) {
    this.state = state;
    this.packages = packages;
    this.context = context;
  }

  Map<String, ScriptFunction> byName() {
    final ScriptFunction publish =
        call -> with(call, s -> admitted(s, call, s.publishHandler()::handle));
    final ScriptFunction subscribe =
        call -> with(call, s -> admitted(s, call, s.subscribeHandler()::handle));
    final Map<String, ScriptFunction> all = new HashMap<>(new WatcherFunctions(state).functions());
    all.put("handle_publish", publish);
    all.put("handle_subscribe", subscribe);
    all.put("pres_has_subscribers", call -> with(call, s -> hasSubscribers(s, call)));
    return all;
  }

  private void with(final Call call, final Consumer<EventState> action) {
    state.get().ifPresentOrElse(action, () -> call.answer(Answer.of(NO)));
  }

  /** Where the next engine could not be told of it, the request is not accepted. */
  private static void admitted(
      final EventState state, final Call call, final Consumer<Call> handler) {
    if (call.request().map(state.recovery()::admits).orElse(true)) {
      handler.accept(call);
    } else {
      call.busy();
    }
  }

  private void hasSubscribers(final EventState from, final Call call) {
    final Optional<EventPackage> eventPackage =
        call.arguments().stream().skip(1).findFirst().flatMap(packages::find);
    final Optional<SipUri> uri = call.arguments().stream().findFirst().flatMap(SipUri::parse);
    if (eventPackage.isEmpty() || uri.isEmpty()) {
      call.answer(Answer.of(NO));
      return;
    }
    from.afterReplies(
        () ->
            from.subscribers()
                .any(
                    uri.get().presentity(),
                    eventPackage.get(),
                    any -> call.answer(Answer.of(any ? YES : NO))));
  }
}
