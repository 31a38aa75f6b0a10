// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.presence.PackageCode.Result.Made;
import io.kamjvm.presence.RulesCell.Known;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.Journal;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.WatcherRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides again about everybody about whom was decided, by the rules as they are now (spec presence
 * 9.3): one run after another for each presentity, some watchers at a time. Engine thread only.
 */
final class Reevaluation {
  private static final Logger LOG = LoggerFactory.getLogger(Reevaluation.class);

  private final PackageCode code;
  private final RulesDesk rules;
  private final SphereSource spheres;
  private final TableReader reader;
  private final Journal journal;
  private final Subscribers subscribers;
  private final Consumer<Presentity> tidy;

  /**
   * @param tidy called when a presentity may not be needed any more
   */
  Reevaluation(
      final PackageCode code,
      final RulesDesk rules,
      final SphereSource spheres,
      final TableReader reader,
      final Journal journal,
      final Subscribers subscribers,
      final Consumer<Presentity> tidy) {
    this.code = code;
    this.rules = rules;
    this.spheres = spheres;
    this.reader = reader;
    this.journal = journal;
    this.subscribers = subscribers;
    this.tidy = tidy;
  }

  /** As {@link Authorization#reevaluate}. */
  void run(final Presentity presentity, final Consumer<Boolean> done) {
    final EntityQueue runs = presentity.rules().reevaluations;
    if (!presentity.eventPackage().requiresAuthorization()
        || !code.serves(presentity.eventPackage())) {
      done.accept(false);
      return;
    }
    presentity.pin();
    final Runnable operation =
        () -> {
          runs.hold();
          rules.renew(presentity, known -> renewed(presentity, known, ended(presentity, done)));
        };
    if (!runs.enter(operation)) {
      presentity.unpin();
      done.accept(false);
    }
  }

  private Consumer<Boolean> ended(final Presentity presentity, final Consumer<Boolean> done) {
    return worked -> {
      presentity.unpin();
      try {
        done.accept(worked);
      } finally {
        presentity.rules().reevaluations.release();
        tidy.accept(presentity);
      }
    };
  }

  private void renewed(
      final Presentity presentity, final Optional<Known> known, final Consumer<Boolean> done) {
    if (known.isEmpty() || known.get().rules().isEmpty()) {
      LOG.info(
          "no rules of {} for {}: watchers stay as they are",
          presentity.uri(),
          presentity.eventPackage().name());
      done.accept(false);
      return;
    }
    final boolean asked =
        reader.ask(
            new Query.WatchersOf(presentity.uri(), presentity.eventPackage().name()),
            result -> {
              if (result instanceof TableReader.Result.Found<List<WatcherRow>> found) {
                spheres.find(
                    presentity,
                    sphere ->
                        sphere.ifPresentOrElse(
                            stated ->
                                new Run(presentity, known.get(), stated.sphere(), done)
                                    .judge(found.value()),
                            () -> done.accept(false)));
              } else {
                done.accept(false);
              }
            });
    if (!asked) {
      done.accept(false);
    }
  }

  /** One way through all watchers. Whom the package can not judge stays as it is. */
  private final class Run {
    private final Presentity presentity;
    private final Known known;
    private final Optional<String> sphere;
    private final Consumer<Boolean> done;
    private int unjudged;

    Run(
        final Presentity presentity,
        final Known known,
        final Optional<String> sphere,
        final Consumer<Boolean> done) {
      this.presentity = presentity;
      this.known = known;
      this.sphere = sphere;
      this.done = done;
    }

    void judge(final List<WatcherRow> rows) {
      if (rows.isEmpty()) {
        if (unjudged > 0) {
          LOG.warn(
              "{} watchers of {} for {} stay as they are: they could not be judged",
              unjudged,
              presentity.uri(),
              presentity.eventPackage().name());
        }
        done.accept(unjudged == 0);
        return;
      }
      final int to = Math.min(rows.size(), PresenceLimits.WATCHERS_PER_CALL);
      final List<WatcherRow> some = rows.subList(0, to);
      final EventPackage eventPackage = presentity.eventPackage();
      code.<List<Optional<Verdict>>>call(
          eventPackage,
          "authorize",
          () -> verdicts(eventPackage, some.stream().map(this::watcher).toList()),
          result -> {
            if (result instanceof Made<List<Optional<Verdict>>> made) {
              unjudged += (int) made.value().stream().filter(Optional::isEmpty).count();
              keep(
                  presentity,
                  changed(some, made.value()),
                  worked -> {
                    if (worked) {
                      judge(rows.subList(to, rows.size()));
                    } else {
                      done.accept(false);
                    }
                  });
            } else {
              done.accept(false);
            }
          });
    }

    private Watcher watcher(final WatcherRow row) {
      return new Watcher(
          row.presentityUri(),
          SipUri.presentity(row.watcherUser(), row.watcherDomain()),
          Verdicts.spoken(row.status(), row.reason()),
          known.rules(),
          sphere,
          0);
    }
  }

  /**
   * What the package says of each; empty where it throws, which is no reason to pass over others.
   */
  private static List<Optional<Verdict>> verdicts(
      final EventPackage eventPackage, final List<Watcher> watchers) {
    final List<Optional<Verdict>> verdicts = new ArrayList<>(watchers.size());
    boolean logged = false;
    for (final Watcher watcher : watchers) {
      try {
        verdicts.add(Optional.ofNullable(eventPackage.authorize(watcher)));
      } catch (final RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
        verdicts.add(Optional.empty());
        if (!logged) {
          logged = true;
          LOG.error("package {}: authorize() failed", eventPackage.name(), e);
        }
      }
    }
    return verdicts;
  }

  private static List<WatcherRow> changed(
      final List<WatcherRow> rows, final List<Optional<Verdict>> verdicts) {
    final List<WatcherRow> changed = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (verdicts.get(i).isEmpty()) {
        continue;
      }
      final WatcherRow row = rows.get(i);
      final Authorization.Verdict now =
          Verdicts.standing(verdicts.get(i).get(), Verdicts.spoken(row.status(), row.reason()));
      if (now.status() != row.status() || !now.reason().equals(row.reason())) {
        changed.add(
            new WatcherRow(
                row.presentityUri(),
                row.watcherUser(),
                row.watcherDomain(),
                row.event(),
                now.status(),
                now.reason(),
                row.insertedTime()));
      }
    }
    return changed;
  }

  private void keep(
      final Presentity presentity, final List<WatcherRow> changed, final Consumer<Boolean> done) {
    if (changed.isEmpty()) {
      done.accept(true);
      return;
    }
    final List<Change> changes = changed.stream().<Change>map(Change.PutWatcher::new).toList();
    final boolean taken =
        journal.submit(
            changes,
            outcome -> {
              if (outcome instanceof Journal.Outcome.Committed) {
                changed.forEach(row -> apply(presentity, row));
                done.accept(true);
              } else {
                done.accept(false);
              }
            });
    if (!taken) {
      done.accept(false);
    }
  }

  private void apply(final Presentity presentity, final WatcherRow row) {
    subscribers.authorize(
        new Authorization.Watcher(presentity, row.watcherUser(), row.watcherDomain()),
        new Authorization.Verdict(row.status(), row.reason()));
  }
}
