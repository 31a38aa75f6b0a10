// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.sip.SipUri;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;

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
    final ScriptFunction publish = call -> with(call, s -> s.publishHandler().handle(call));
    final ScriptFunction subscribe = call -> with(call, s -> s.subscribeHandler().handle(call));
    final Map<String, ScriptFunction> all =
        new HashMap<>(new WatcherFunctions(state).functions());
    all.put("handle_publish", publish);
    all.put("handle_subscribe", subscribe);
    all.put("pres_has_subscribers", returning(2, this::hasSubscribers));
    return all;
  }

  private void with(final Call call, final Consumer<EventState> action) {
    state.get().ifPresentOrElse(action, () -> call.answer(Answer.of(NO)));
  }

  private ScriptFunction returning(
      final int arguments, final ToIntBiFunction<EventState, List<String>> function) {
    return call ->
        with(
            call,
            s ->
                s.afterReplies(
                    () ->
                        call.answer(
                            Answer.of(
                                call.arguments().size() < arguments
                                    ? NO
                                    : function.applyAsInt(s, call.arguments())))));
  }

  private int hasSubscribers(final EventState from, final List<String> arguments) {
    final long now = context.clock().epochSeconds();
    return presentity(from, arguments)
            .map(p -> p.subscriptions().stream().anyMatch(s -> s.row().expires() > now))
            .orElse(false)
        ? YES
        : NO;
  }

  private Optional<Presentity> presentity(final EventState from, final List<String> arguments) {
    return packages
        .find(arguments.get(1))
        .flatMap(
            p ->
                SipUri.parse(arguments.get(0))
                    .flatMap(uri -> from.presentities().find(uri.presentity(), p)));
  }
}
