// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.b2b.LocalPresence;
import io.kamjvm.b2b.Neighbours;
import io.kamjvm.b2b.PresenceB2bModule;
import io.kamjvm.b2b.QsaDoor;
import io.kamjvm.b2b.QsaThreads;
import io.kamjvm.b2b.StatusDomain;
import io.kamjvm.b2b.qsa.QsaUser;
import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.presence.OwnPublication;
import io.kamjvm.presence.PackageThreads;
import io.kamjvm.presence.PresenceModule;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.RecoveryLog;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The module that watches presence elsewhere, and those in jars for whom it does. */
final class B2bFamily {
  private static final Logger LOG = LoggerFactory.getLogger(B2bFamily.class);

  private final RecoveryLog recovery;
  private final PresenceFamily family;
  private Optional<PresenceB2bModule> module = Optional.empty();
  private Optional<LocalPresence> agent = Optional.empty();
  private List<QsaUser> users = List.of();

  B2bFamily(final RecoveryLog recovery, final PresenceFamily family) {
    this.recovery = recovery;
    this.family = family;
  }

  KamailioModule presenceB2b(final ModuleContext context) {
    final PresenceB2bModule made =
        new PresenceB2bModule(
            context, neighbours(), recovery, RandomGenerator.getDefault(), threads(), this::start);
    module = Optional.of(made);
    return made;
  }

  private Neighbours neighbours() {
    return new Neighbours() {
      @Override
      public Optional<LocalPresence> presence() {
        return family.server().map(B2bFamily::beside);
      }

      @Override
      public Optional<LocalPresence> agent() {
        return agent;
      }
    };
  }

  /** Module pa is loaded, too. */
  void agent(final LocalPresence pa) {
    agent = Optional.of(pa);
  }

  /** Whom internal subscriptions are made with; empty when the module is not loaded. */
  Optional<StatusDomain> domain() {
    return module.map(PresenceB2bModule::domain);
  }

  /** Loads jars, if a module is there for which they can be something. */
  void loadPackages(final String packageDir) {
    if (family.server().isEmpty() && module.isEmpty()) {
      return;
    }
    final PackageJars jars = new PackageJars(family.packages());
    jars.loadAll(packageDir);
    users = jars.users();
    if (!users.isEmpty() && module.isEmpty()) {
      LOG.error("jars use the Query Status API, but presence_b2b is not loaded");
    }
  }

  private static QsaThreads threads() {
    final PackageThreads.Lane lane = new PackageThreadPools().lane("qsa");
    return lane::run;
  }

  private void start(final QsaDoor door) {
    for (final QsaUser user : users) {
      final Thread thread =
          new Thread(() -> start(user, door), "kamjvm-qsa " + user.getClass().getSimpleName());
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void start(final QsaUser user, final QsaDoor door) {
    try {
      user.start(door);
    } catch (final RuntimeException | LinkageError e) {
      LOG.error("{} can not be started", user.getClass().getName(), e);
    }
  }

  private static LocalPresence beside(final PresenceModule presence) {
    return (publication, heard) -> publish(presence, publication, heard);
  }

  private static void publish(
      final PresenceModule presence,
      final LocalPresence.Publication publication,
      final Consumer<LocalPresence.Outcome> heard) {
    final Optional<SipUri> uri = SipUri.parse(publication.uri());
    if (uri.isEmpty()) {
      heard.accept(LocalPresence.Outcome.of(400));
      return;
    }
    presence.publish(
        new OwnPublication(
            "presence",
            uri.get().user(),
            uri.get().host(),
            publication.etag(),
            publication.expires(),
            publication.document(),
            "application/pidf+xml"),
        outcome ->
            heard.accept(
                new LocalPresence.Outcome(
                    outcome.code(), outcome.etag(), outcome.minExpires(), OptionalLong.empty())));
  }
}
