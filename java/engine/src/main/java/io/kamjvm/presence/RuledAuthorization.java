// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.presence.PackageCode.Result.Made;
import io.kamjvm.presence.RulesCell.Known;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.WatcherRow;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Authorisation by the rules of packages. What was decided about a watcher stands in table {@code
 * watchers} and holds until somebody says that the rules have changed (spec presence 9.2, 9.3). A
 * decision is final when it is stored and no newer rules have come meanwhile. Engine thread only.
 */
final class RuledAuthorization implements Authorization {
  private final PackageCode code;
  private final RulesDesk rules;
  private final SphereSource spheres;
  private final TableReader reader;
  private final Journal journal;
  private final Subscribers subscribers;
  private final Reevaluation reevaluation;
  private final LongSupplier now;

  RuledAuthorization(
      final PackageCode code,
      final RulesDesk rules,
      final SphereSource spheres,
      final TableReader reader,
      final Journal journal,
      final Subscribers subscribers,
      final Reevaluation reevaluation,
      final LongSupplier now) {
    this.code = code;
    this.rules = rules;
    this.spheres = spheres;
    this.reader = reader;
    this.journal = journal;
    this.subscribers = subscribers;
    this.reevaluation = reevaluation;
    this.now = now;
  }

  @Override
  public void decide(final Watcher watcher, final Consumer<Optional<Verdict>> decided) {
    final Presentity presentity = watcher.presentity();
    if (!presentity.eventPackage().requiresAuthorization()) {
      decided.accept(Optional.of(Verdict.ACTIVE));
      return;
    }
    final int epoch = presentity.rules().epoch;
    final boolean asked =
        reader.ask(
            new Query.WatcherOf(
                presentity.uri(),
                watcher.user(),
                watcher.domain(),
                presentity.eventPackage().name()),
            result -> {
              if (!(result instanceof TableReader.Result.Found<Optional<WatcherRow>> found)) {
                decided.accept(Optional.empty());
              } else if (found.value().isPresent() && presentity.rules().epoch == epoch) {
                decided.accept(Verdicts.kept(found.value().get()));
              } else if (found.value().isPresent()) {
                decide(watcher, decided);
              } else {
                judge(watcher, decided);
              }
            });
    if (!asked) {
      decided.accept(Optional.empty());
    }
  }

  private void judge(final Watcher watcher, final Consumer<Optional<Verdict>> decided) {
    final Presentity presentity = watcher.presentity();
    final int epoch = presentity.rules().epoch;
    rules.get(
        presentity,
        known -> {
          if (known.isEmpty()) {
            decided.accept(Optional.empty());
          } else {
            judge(watcher, known.get(), verdict -> keep(watcher, verdict, epoch, decided));
          }
        });
  }

  private void judge(
      final Watcher watcher, final Known known, final Consumer<Optional<Verdict>> judged) {
    spheres.find(
        watcher.presentity(),
        found ->
            found.ifPresentOrElse(
                stated -> judge(watcher, known, stated.sphere(), judged),
                () -> judged.accept(Optional.empty())));
  }

  private void judge(
      final Watcher watcher,
      final Known known,
      final Optional<String> sphere,
      final Consumer<Optional<Verdict>> judged) {
    final EventPackage eventPackage = watcher.presentity().eventPackage();
    final io.kamjvm.eventpackage.Watcher asking =
        new io.kamjvm.eventpackage.Watcher(
            watcher.presentity().uri(),
            SipUri.presentity(watcher.user(), watcher.domain()),
            Optional.empty(),
            known.rules(),
            sphere,
            0);
    code.<io.kamjvm.eventpackage.Verdict>call(
        eventPackage,
        "authorize",
        () -> eventPackage.authorize(asking),
        result ->
            judged.accept(
                result instanceof Made<io.kamjvm.eventpackage.Verdict> made
                    ? Optional.of(Verdicts.standing(made.value(), Optional.empty()))
                    : Optional.empty()));
  }

  private void keep(
      final Watcher watcher,
      final Optional<Verdict> verdict,
      final int epoch,
      final Consumer<Optional<Verdict>> decided) {
    if (verdict.isEmpty()) {
      decided.accept(verdict);
      return;
    }
    final Presentity presentity = watcher.presentity();
    final WatcherRow row =
        new WatcherRow(
            presentity.uri(),
            watcher.user(),
            watcher.domain(),
            presentity.eventPackage().name(),
            verdict.get().status(),
            verdict.get().reason(),
            now.getAsLong());
    final boolean taken =
        journal.submit(
            List.of(new Change.PutWatcher(row)),
            outcome -> {
              if (!(outcome instanceof Journal.Outcome.Committed)) {
                decided.accept(Optional.empty());
              } else if (presentity.rules().epoch == epoch) {
                decided.accept(verdict);
              } else {
                judge(watcher, decided);
              }
            });
    if (!taken) {
      decided.accept(Optional.empty());
    }
  }

  @Override
  public void recheck(final Subscription subscription, final int epoch) {
    final Presentity presentity = subscription.presentity();
    if (presentity.rules().epoch == epoch) {
      return;
    }
    final Watcher watcher =
        new Watcher(
            presentity, subscription.row().watcherUser(), subscription.row().watcherDomain());
    decide(watcher, verdict -> verdict.ifPresent(v -> subscribers.authorize(watcher, v)));
  }

  @Override
  public void reevaluate(final Presentity presentity, final Consumer<Boolean> done) {
    reevaluation.run(presentity, done);
  }
}
