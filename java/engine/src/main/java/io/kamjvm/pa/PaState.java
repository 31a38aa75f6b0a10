// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.b2b.LocalPresence;
import io.kamjvm.b2b.StatusDomain;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.storage.PaStore;
import io.kamjvm.storage.PaTable;
import io.kamjvm.storage.RecoveryLog;
import io.kamjvm.storage.StorageException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The server's parts, joined, with what earlier engines and servers have left. Made on the starting
 * thread; engine thread only from {@link #serve} on.
 */
final class PaState {
  private final PaBackup backup;
  private final Restoration restoration;
  private final Round round;
  private final Optional<InternalDoor> inside;
  private final InsidePublisher publisher;
  private final Runnable follow;
  private final ModuleContext context;
  private final PaParameters parameters;
  private final OfflineWatcherinfo offline;
  private final Map<String, ScriptFunction> functions = new HashMap<>();
  private final Map<String, RpcMethod> commands = new HashMap<>();

  PaState(
      final ModuleContext context,
      final PaParameters parameters,
      final ContactSource contacts,
      final RulesSource rules,
      final Optional<StatusDomain> internal,
      final Optional<PaStore> store,
      final RecoveryLog log)
      throws StorageException {
    this.context = context;
    this.parameters = parameters;
    final Identifiers ids = new Identifiers(context.facts());
    final PaNotes notes = new PaNotes(log);
    backup = new PaBackup(store.map(PaStore::journal), context.clock(), context.timers());
    final Presentities presentities = new Presentities(context, parameters, contacts, backup);
    final PaNotifier notifier = new PaNotifier(context, parameters, notes);
    final Watchers watchers =
        new Watchers(notifier, notes, backup, presentities, context.kamailio());
    final Publications publications = new Publications(presentities, notes, backup, ids);
    final Outcomes outcomes = new Outcomes(context.clock());
    final Acknowledgement acknowledgement = new Acknowledgement(backup);
    final PidfReader reader = new PidfReader(ids::next, parameters.defaultPriority());
    final Injection injection =
        new Injection(parameters, presentities, watchers, notes, context.clock());
    offline = new OfflineWatcherinfo(parameters, backup, context.clock());
    notifier.listeners(watchers::remove, offline::forget);
    final Judge judge = judge(context, parameters, rules, watchers);
    final SubscriptionHandler subscriptions =
        new SubscriptionHandler(
            context,
            parameters,
            presentities,
            watchers,
            notifier,
            notes,
            acknowledgement,
            outcomes,
            ids,
            judge,
            parameters.watcherinfoAuth() == PaParameters.Auth.NONE
                ? Judge.always(Verdict.ACTIVE)
                : Judge.self());
    final PublicationHandler publish =
        new PublicationHandler(
            context,
            parameters,
            presentities,
            publications,
            notifier,
            notes,
            acknowledgement,
            outcomes,
            ids,
            reader);
    functions.put("handle_subscription", subscriptions::handle);
    functions.put("pa_handle_subscription", subscriptions::handle);
    functions.put("handle_publish", publish::handle);
    functions.put("pa_handle_publish", publish::handle);
    functions.putAll(
        new PaFunctions(
                parameters,
                presentities,
                outcomes,
                injection,
                offline,
                notifier,
                new MessageRules(context, rules))
            .all());
    publisher =
        new InsidePublisher(presentities, publications, backup, notes, reader, context.clock());
    commands.putAll(
        new PaCommands(parameters, presentities, watchers, notifier, injection, reader, publisher)
            .all());
    final Runnable refresh = judge instanceof RulesJudge judging ? judging::refresh : () -> {};
    inside =
        internal.map(d -> new InternalDoor(d, parameters, presentities, judge, context.clock()));
    if (internal.isEmpty()
        && (parameters.internalSubscriptions() || parameters.subscribesAs().isPresent())) {
      throw new ParameterException(
          PaParameters.MODULE,
          parameters.internalSubscriptions()
              ? "accept_internal_subscriptions"
              : "subscribe_to_users",
          "needs module presence_b2b: load that, too");
    }
    inside.ifPresent(presentities::hooks);
    round =
        new Round(
            context,
            parameters,
            presentities,
            publications,
            watchers,
            refresh,
            presentity -> inside.ifPresent(i -> i.tell(presentity)));
    restoration = new Restoration(presentities, publications, watchers, injection, backup, ids);
    follow =
        judge instanceof RulesJudge judging
            ? () -> watchers.all().forEach(w -> judging.follow(w.presentity()))
            : () -> {};
    restoration.read(log);
    if (store.isPresent()) {
      store.get().loadPa(PaTable.OFFLINE_WINFO, offline::adopt);
      if (context.facts().epoch() == 1) {
        restoration.read(store.get());
      }
    }
  }

  private static Judge judge(
      final ModuleContext context,
      final PaParameters parameters,
      final RulesSource rules,
      final Watchers watchers) {
    return switch (parameters.auth()) {
      case NONE -> Judge.always(Verdict.ACTIVE);
      case IMPLICIT -> Judge.always(Verdict.PENDING);
      case XCAP -> {
        final RulesJudge judge = new RulesJudge(context, parameters.rules(), rules);
        judge.whenChanged(watchers::judgeAll);
        yield judge;
      }
    };
  }

  Optional<ScriptFunction> function(final String name) {
    return Optional.ofNullable(functions.get(name));
  }

  Optional<RpcMethod> command(final String name) {
    return Optional.ofNullable(commands.get(name));
  }

  /** Takes what others hear of somebody. */
  LocalPresence publisher() {
    return publisher;
  }

  /** Begins with what was left. */
  void serve() {
    inside.ifPresent(InternalDoor::open);
    restoration.takeOver();
    publisher.open();
    follow.run();
    round.begin();
    if (parameters.offlineWatcherinfo()) {
      expireOffline();
    }
  }

  private void expireOffline() {
    offline.expire();
    context.timers().schedule(1_000 * parameters.offlineTimer(), this::expireOffline);
  }

  /** How long the oldest request has been waiting for its commit. */
  long uncommittedAgeNanos() {
    return backup.oldestNanos();
  }

  /** What the database has not taken yet is submitted once more. */
  void flush() {
    backup.again();
  }
}
