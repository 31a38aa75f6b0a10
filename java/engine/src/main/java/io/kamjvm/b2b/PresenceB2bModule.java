// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.storage.RecoveryLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Module {@code presence_b2b}: watches presence elsewhere in the name of others, for whoever
 * subscribes through the {@link StatusDomain}.
 */
public final class PresenceB2bModule implements KamailioModule {
  static final String HANDLE_NOTIFY = "handle_notify";

  private static final Logger LOG = LoggerFactory.getLogger(PresenceB2bModule.class);
  private static final String PRESENCE = "presence";

  /** Dialogs that an earlier engine has left are renewed at this pace. */
  private static final int RESUMED_PER_SECOND = 500;

  private final ModuleContext context;
  private final B2bParameters parameters;
  private final StatusDomain domain;
  private final Euacs euacs;
  private final WatchNotes notes;
  private final FedNotes fedNotes;
  private final Feed feed;
  private final SipSource source;
  private final Orders orders;
  private final B2bFunctions functions;
  private final B2bCommands commands;
  private final QsaDoor door;
  private final Neighbours neighbours;
  private final Consumer<QsaDoor> users;
  private List<WatchNotes.Found> left = List.of();

  /**
   * Reads the parameters.
   *
   * @param neighbours presence servers beside it
   * @param recovery what earlier engines of this Kamailio have noted, and where this one does
   * @param threads on which users of the Query Status API hear
   * @param users has those started who use it
   * @throws ParameterException when a parameter stops the start
   */
  public PresenceB2bModule(
      final ModuleContext context,
      final Neighbours neighbours,
      final RecoveryLog recovery,
      final RandomGenerator random,
      final QsaThreads threads,
      final Consumer<QsaDoor> users) {
    this.context = context;
    this.users = users;
    this.parameters = B2bParameters.read(context.parameters());
    this.neighbours = neighbours;
    this.domain = new StatusDomain(context.facts().epoch(), context.clock()::epochSeconds);
    this.domain.hears(new NotifyRoute(context)::heard);
    this.euacs = new Euacs(context, parameters, random);
    this.notes = new WatchNotes(recovery);
    this.fedNotes = new FedNotes(recovery);
    this.feed = new Feed(context, parameters, fedNotes, this::watches);
    this.source = new SipSource(domain, euacs, notes, feed);
    this.orders = new Orders(domain, notes, parameters.feed());
    this.functions = new B2bFunctions(domain, orders, new NotifyHandler(euacs));
    this.commands = new B2bCommands(domain, source, orders);
    this.door = new QsaDoor(domain, context.engine(), threads);
  }

  private java.util.Collection<Watch> watches() {
    return source.all();
  }

  @Override
  public String name() {
    return B2bParameters.MODULE;
  }

  @Override
  public List<ModParam> params() {
    return B2bParameters.accepted();
  }

  @Override
  public Map<String, ScriptFunction> functions() {
    return functions.byName();
  }

  @Override
  public Map<String, RpcMethod> rpcs() {
    return commands.byName();
  }

  @Override
  public List<String> replies() {
    return List.of(HANDLE_NOTIFY);
  }

  @Override
  public List<String> taken() {
    return List.of(HANDLE_NOTIFY);
  }

  @Override
  public List<String> transactions() {
    return List.of(HANDLE_NOTIFY);
  }

  /** Who subscribes to whom: for modules that have something to say, or want to know. */
  public StatusDomain domain() {
    return domain;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ParameterException when there is nobody to feed
   */
  @Override
  public void open() {
    feed.into(
        switch (parameters.feedMode()) {
          case OFF -> Optional.empty();
          case PRESENCE -> beside(neighbours.presence(), "1 feeds module presence");
          case AGENT -> beside(neighbours.agent(), "2 feeds module pa");
          case PUBLISH ->
              Optional.of(
                  new SipPublishing(context, parameters, parameters.feedProxy().orElseThrow()));
        });
    left = notes.replay();
    fedNotes.load();
  }

  @Override
  public void serve() {
    if (parameters.handlesPresence()) {
      domain.serve(PRESENCE, source);
    } else {
      LOG.warn(
          "modparam(\"presence_b2b\", \"handle_presence_subscriptions\", 0): internal"
              + " subscriptions to presence are accepted and ignored");
    }
    resume();
    feed.resume();
    for (final B2bParameters.Pair pair : parameters.always()) {
      orders.subscribe(pair.record(), pair.subscriber(), PRESENCE, Optional.empty(), Owner.CFG);
    }
    users.accept(door);
  }

  private static Optional<LocalPresence> beside(
      final Optional<LocalPresence> neighbour, final String what) {
    if (neighbour.isEmpty()) {
      throw new ParameterException(
          B2bParameters.MODULE, "feed_mode", what + ", which is not loaded");
    }
    return neighbour;
  }

  private void resume() {
    final long span = 1_000L * (left.size() / RESUMED_PER_SECOND + 1);
    for (final WatchNotes.Found each : left) {
      final WatchCodec.Left noted = each.left();
      if (!parameters.handlesPresence()) {
        each.entry().remove();
        continue;
      }
      source
          .watch(domain.restore(noted.id(), noted.key(), noted.options(), noted.owner()))
          .resume(noted, each.entry(), euacs.between(1, span));
    }
    if (!left.isEmpty()) {
      LOG.info("{} subscriptions go on", left.size());
    }
    left = List.of();
  }
}
