// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.sip.SipUri;
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
  private static final int KEMI_DONE = 0;

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
    return Map.of(
        "handle_publish", publish,
        "handle_subscribe", subscribe,
        "pres_has_subscribers", call -> with(call, s -> hasSubscribers(s, call)),
        "pres_auth_status", returning(2, this::authStatus),
        "pres_update_watchers", returning(2, (s, a) -> NO),
        "pres_refresh_watchers", returning(3, this::refreshWatchers),
        "kemi:pres_refresh_watchers",
            returning(3, (s, a) -> refreshWatchers(s, a) == YES ? KEMI_DONE : NO),
        "kemi:pres_refresh_watchers_file", returning(5, (s, a) -> NO));
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

  /**
   * Spec presence 9.1; every watcher is active as long as {@code force_active} is the only rule.
   */
  private int authStatus(final EventState from, final List<String> arguments) {
    final Optional<EventPackage> presence = packages.find("presence");
    final boolean valid = arguments.stream().limit(2).allMatch(a -> SipUri.parse(a).isPresent());
    return presence.isPresent() && valid ? Subscription.ACTIVE : NO;
  }

  /** Types 0 and 2 need rules and documents from XCAP. */
  private int refreshWatchers(final EventState from, final List<String> arguments) {
    final String type = arguments.get(2);
    if (arguments.size() > 3 || type.equals("0") || type.equals("2")) {
      return NO;
    }
    final Optional<EventPackage> eventPackage = packages.find(arguments.get(1));
    if (eventPackage.isEmpty()) {
      return NO;
    }
    SipUri.parse(arguments.get(0))
        .ifPresent(uri -> from.subscribers().repeat(uri.presentity(), eventPackage.get()));
    return YES;
  }
}
