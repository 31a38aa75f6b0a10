// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.presence.WatcherCommands.HardStateFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * {@link WatcherCommands} as script functions (spec presence 2) and RPC commands (spec presence 4):
 * who may leave out what, and how success is spelled. Engine thread only.
 */
final class WatcherFunctions {
  private static final int YES = 1;
  private static final int NO = -1;
  private static final int KEMI_DONE = 0;
  private static final int FAULT = 500;
  private static final String NOT_ENOUGH = "Not enough parameters";
  private static final String RULES = "0";
  private static final String HARD_STATE = "2";

  private final Supplier<Optional<EventState>> state;

  /**
   * @param state empty in library mode
   */
  WatcherFunctions(final Supplier<Optional<EventState>> state) {
    this.state = state;
  }

  Map<String, ScriptFunction> functions() {
    return Map.of(
        "pres_auth_status", this::authStatus,
        "pres_update_watchers", this::update,
        "pres_refresh_watchers", call -> refresh(call, call.arguments().size() > 3, YES),
        "kemi:pres_refresh_watchers", call -> refresh(call, false, KEMI_DONE),
        "kemi:pres_refresh_watchers_file", this::refreshFile);
  }

  Map<String, RpcMethod> rpcs() {
    return Map.of(
        "presence.refreshWatchers", this::refresh, "presence.updateWatchers", this::update);
  }

  private void authStatus(final Call call) {
    final List<String> given = call.arguments();
    with(
        call,
        given.size() == 2,
        commands ->
            commands.status(given.get(0), given.get(1), status -> call.answer(Answer.of(status))));
  }

  private void update(final Call call) {
    final List<String> given = call.arguments();
    with(
        call,
        given.size() == 2,
        commands -> commands.update(given.get(0), given.get(1), end(call, YES)));
  }

  /** The forms with three arguments know no files, the script's form with five only files. */
  private void refresh(final Call call, final boolean files, final int success) {
    final List<String> given = call.arguments();
    final boolean valid =
        given.size() == (files ? 5 : 3)
            && number(given)
            && given.get(2).equals(HARD_STATE) == files;
    with(call, valid, commands -> refresh(commands, given, end(call, success)));
  }

  private void refreshFile(final Call call) {
    final List<String> given = call.arguments();
    with(
        call,
        given.size() == 5 && number(given),
        commands -> refresh(commands, given, end(call, KEMI_DONE)));
  }

  private static boolean number(final List<String> given) {
    return given.get(2).matches("-?[0-9]{1,9}");
  }

  private static void refresh(
      final WatcherCommands commands, final List<String> given, final Consumer<Boolean> done) {
    switch (given.get(2)) {
      case RULES -> commands.update(given.get(0), given.get(1), done);
      case HARD_STATE ->
          commands.hardState(
              given.get(0), given.get(1), new HardStateFile(given.get(3), given.get(4)), done);
      default -> commands.repeat(given.get(0), given.get(1), done);
    }
  }

  private static Consumer<Boolean> end(final Call call, final int success) {
    return worked -> call.answer(Answer.of(worked ? success : NO));
  }

  private void with(final Call call, final boolean valid, final Consumer<WatcherCommands> action) {
    if (!valid || state.get().isEmpty()) {
      call.answer(Answer.of(NO));
      return;
    }
    final EventState serving = state.get().get();
    serving.afterReplies(() -> action.accept(serving.watcherCommands()));
  }

  private void update(final RpcCall call) {
    complaint(call, 2)
        .ifPresentOrElse(
            fault -> call.fault(FAULT, fault),
            () ->
                with(
                    call,
                    "Processing error",
                    (commands, done) ->
                        commands.update(call.arguments().get(0), call.arguments().get(1), done)));
  }

  private void refresh(final RpcCall call) {
    complaint(call, 3)
        .or(() -> fileComplaint(call))
        .ifPresentOrElse(
            fault -> call.fault(FAULT, fault),
            () ->
                with(
                    call,
                    "Execution failed",
                    (commands, done) -> refresh(commands, call.arguments(), done)));
  }

  private static Optional<String> complaint(final RpcCall call, final int arguments) {
    final List<String> given = call.arguments();
    if (given.size() < arguments || arguments > 2 && !given.get(2).matches("[0-9]{1,9}")) {
      return Optional.of(NOT_ENOUGH);
    }
    if (given.get(0).isEmpty()) {
      return Optional.of("Empty presentity URI");
    }
    return given.get(1).isEmpty() ? Optional.of("Empty event parameter") : Optional.empty();
  }

  private static Optional<String> fileComplaint(final RpcCall call) {
    final List<String> given = call.arguments();
    if (!given.get(2).equals(HARD_STATE)) {
      return Optional.empty();
    }
    if (given.size() < 5) {
      return Optional.of("No file uri or name parameters");
    }
    if (given.get(3).isEmpty()) {
      return Optional.of("Empty file uri parameter");
    }
    return given.get(4).isEmpty() ? Optional.of("Empty file name parameter") : Optional.empty();
  }

  /** Something that is done by and by. */
  private interface Task {
    void run(WatcherCommands commands, Consumer<Boolean> done);
  }

  private void with(final RpcCall call, final String failure, final Task task) {
    final Consumer<Boolean> done =
        worked -> {
          if (worked) {
            call.finish();
          } else {
            call.fault(FAULT, failure);
          }
        };
    state
        .get()
        .ifPresentOrElse(
            s -> s.afterReplies(() -> task.run(s.watcherCommands(), done)),
            () -> call.fault(FAULT, failure));
  }
}
