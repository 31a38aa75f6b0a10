// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.presence.PackageCode.Result.Made;
import io.kamjvm.sip.SipUri;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What operators and scripts can have done about a presentity's watchers (spec presence 9.1, 9.3,
 * 9.4). Engine thread only; answers come within the call or in a later turn.
 */
final class WatcherCommands {
  private static final String PRESENCE = "presence";
  private static final int POLITE_BLOCK = 5;
  private static final int ERROR = -1;

  /** Where a document of type 2 comes from, and under which entity-tag it is kept. */
  record HardStateFile(String uri, String name) {}

  private final EventPackages packages;
  private final PackageCode code;
  private final Presentities presentities;
  private final Authorization authorization;
  private final RulesDesk rules;
  private final SphereSource spheres;
  private final HardState hardState;
  private final CurrentDocuments documents;
  private final Subscribers subscribers;

  WatcherCommands(
      final EventPackages packages,
      final PackageCode code,
      final Presentities presentities,
      final Authorization authorization,
      final RulesDesk rules,
      final SphereSource spheres,
      final HardState hardState,
      final CurrentDocuments documents,
      final Subscribers subscribers) {
    this.packages = packages;
    this.code = code;
    this.presentities = presentities;
    this.authorization = authorization;
    this.rules = rules;
    this.spheres = spheres;
    this.hardState = hardState;
    this.documents = documents;
    this.subscribers = subscribers;
  }

  /** The rules have changed; {@code done} hears whether they have been applied. */
  void update(final String uri, final String event, final Consumer<Boolean> done) {
    final Optional<Presentity> presentity = presentity(uri, event);
    if (presentity.isEmpty()) {
      done.accept(false);
      return;
    }
    authorization.reevaluate(presentity.get(), done);
    presentities.tidy(presentity.get());
  }

  /** The state is to be looked up and told again; nobody watching is no failure. */
  void repeat(final String uri, final String event, final Consumer<Boolean> done) {
    final Optional<Presentity> presentity = presentity(uri, event);
    if (presentity.isEmpty()) {
      done.accept(packages.find(event).isPresent());
      return;
    }
    documents.reread(
        presentity.get(),
        answered -> {
          if (answered) {
            subscribers.repeat(presentity.get().uri(), presentity.get().eventPackage());
          }
          done.accept(answered);
        });
  }

  /** The presentity's own document is to be fetched, kept and told. */
  void hardState(
      final String uri,
      final String event,
      final HardStateFile file,
      final Consumer<Boolean> done) {
    final Optional<EventPackage> eventPackage = packages.find(event);
    final Optional<SipUri> parsed = SipUri.parse(uri);
    if (eventPackage.isEmpty() || parsed.isEmpty()) {
      done.accept(false);
    } else {
      hardState.fetch(parsed.get(), eventPackage.get(), file, done);
    }
  }

  /** How a watcher stands by the rules, as {@code pres_auth_status} returns it. */
  void status(final String watcherUri, final String uri, final IntConsumer done) {
    final Optional<EventPackage> presence = packages.find(PRESENCE);
    final Optional<SipUri> watcher = SipUri.parse(watcherUri);
    final Optional<Presentity> presentity = presentity(uri, PRESENCE);
    if (presence.isEmpty() || watcher.isEmpty() || presentity.isEmpty()) {
      presentity.ifPresent(presentities::tidy);
      done.accept(ERROR);
    } else if (!presence.get().requiresAuthorization()) {
      presentities.tidy(presentity.get());
      done.accept(Subscription.ACTIVE);
    } else {
      status(presentity.get(), watcher.get().presentity(), done);
    }
  }

  private void status(final Presentity presentity, final String watcher, final IntConsumer done) {
    rules.get(
        presentity,
        known -> {
          presentities.tidy(presentity);
          if (known.isEmpty()) {
            done.accept(ERROR);
            return;
          }
          if (known.get().rules().isEmpty()) {
            done.accept(Subscription.PENDING);
            return;
          }
          spheres.find(
              presentity,
              found ->
                  found.ifPresentOrElse(
                      stated ->
                          status(
                              presentity,
                              new Watcher(
                                  presentity.uri(),
                                  watcher,
                                  Optional.empty(),
                                  known.get().rules(),
                                  stated.sphere(),
                                  0),
                              done),
                      () -> done.accept(ERROR)));
        });
  }

  private void status(final Presentity presentity, final Watcher asking, final IntConsumer done) {
    code.<Verdict>call(
        presentity.eventPackage(),
        "authorize",
        () -> presentity.eventPackage().authorize(asking),
        result -> done.accept(result instanceof Made<Verdict> made ? number(made.value()) : ERROR));
  }

  private static int number(final Verdict verdict) {
    return verdict.kind() == Verdict.Kind.POLITE_BLOCK
        ? POLITE_BLOCK
        : Verdicts.standing(verdict, Optional.empty()).status();
  }

  /** The presentity that is meant; tidied by the caller. */
  private Optional<Presentity> presentity(final String uri, final String event) {
    return packages
        .find(event)
        .flatMap(p -> SipUri.parse(uri).map(parsed -> presentities.obtain(parsed.presentity(), p)));
  }
}
