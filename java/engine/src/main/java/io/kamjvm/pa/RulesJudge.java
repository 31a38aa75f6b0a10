// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.kamailio.ModuleContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges by documents (spec pa 1.15): nobody is judged by what can not be read, and waits. Rules of
 * who is watched are read again from time to time. Engine thread only; documents are read on
 * another one.
 */
final class RulesJudge implements Judge {
  private static final Logger LOG = LoggerFactory.getLogger(RulesJudge.class);

  /** Longer no watcher waits for his verdict; the NOTIFY corrects it. */
  private static final long PATIENCE_MILLIS = 500;

  private final ModuleContext context;
  private final PaParameters.RulesSettings settings;
  private final RulesSource source;
  private final Map<Presentity, Known> known = new LinkedHashMap<>();
  private Changed changed = (presentity, judged) -> {};

  /** Told when a presentity's rules have been read again. */
  interface Changed {
    /**
     * Tells.
     *
     * @param judged what they say about a watcher
     */
    void of(Presentity presentity, Function<String, Verdict> judged);
  }

  private static final class Known {
    private Optional<RulesText> rules = Optional.empty();
    private boolean read;
    private boolean reading;
    private long readAt;
    private final List<Runnable> waiting = new ArrayList<>();
  }

  RulesJudge(
      final ModuleContext context,
      final PaParameters.RulesSettings settings,
      final RulesSource source) {
    this.context = context;
    this.settings = settings;
    this.source = source;
  }

  void whenChanged(final Changed listener) {
    changed = listener;
  }

  @Override
  public void judge(
      final Presentity presentity, final String watcher, final Consumer<Verdict> then) {
    final Known rules = known.computeIfAbsent(presentity, p -> new Known());
    if (rules.read || settings.asynchronous()) {
      if (!rules.read) {
        read(presentity, rules);
      }
      then.accept(verdict(rules, watcher));
      return;
    }
    final Runnable once =
        new Runnable() {
          private boolean told;

          @Override
          public void run() {
            if (!told) {
              told = true;
              then.accept(verdict(rules, watcher));
            }
          }
        };
    rules.waiting.add(once);
    context.timers().schedule(PATIENCE_MILLIS, once);
    read(presentity, rules);
  }

  private static Verdict verdict(final Known known, final String watcher) {
    final Optional<RulesText.Action> action = known.rules.flatMap(r -> r.about(watcher));
    if (action.isEmpty()) {
      return Verdict.PENDING;
    }
    return switch (action.get()) {
      case ALLOW -> Verdict.ACTIVE;
      case CONFIRM -> Verdict.PENDING;
      case BLOCK, POLITE_BLOCK -> Verdict.REJECTED;
    };
  }

  private void read(final Presentity presentity, final Known rules) {
    if (rules.reading) {
      return;
    }
    rules.reading = true;
    context
        .background()
        .execute(
            () -> {
              Optional<RulesText> found = rules.rules;
              try {
                final Optional<byte[]> document =
                    source.read(RulesSource.PRES_RULES, presentity.address(), settings.file());
                found =
                    document.isPresent()
                        ? Optional.of(RulesText.parse(document.get(), "sub-handling"))
                        : Optional.empty();
              } catch (final IOException | XmlRejectedException | RuntimeException e) {
                LOG.warn(
                    "rules of {} can not be read: {}", presentity.address().uri(), e.getMessage());
              }
              final Optional<RulesText> result = found;
              context.engine().execute(() -> done(presentity, rules, result));
            });
  }

  private void done(
      final Presentity presentity, final Known rules, final Optional<RulesText> result) {
    rules.reading = false;
    rules.read = true;
    rules.readAt = context.clock().epochSeconds();
    rules.rules = result;
    List.copyOf(rules.waiting).forEach(Runnable::run);
    rules.waiting.clear();
    changed.of(presentity, watcher -> verdict(rules, watcher));
  }

  /** At the beginning of a round: reads again what is old, forgets whom nobody watches. */
  void refresh() {
    final long old = context.clock().epochSeconds() - settings.refresh();
    known
        .entrySet()
        .removeIf(
            e -> e.getKey().empty() && !e.getValue().reading && e.getValue().waiting.isEmpty());
    int left = settings.mostPerTick();
    for (final Map.Entry<Presentity, Known> entry : known.entrySet()) {
      final Known rules = entry.getValue();
      if (left > 0 && !rules.reading && (!rules.read || rules.readAt <= old)) {
        left--;
        read(entry.getKey(), rules);
      }
    }
  }

  /** A presentity of an earlier engine has watchers: its rules are read soon. */
  void follow(final Presentity presentity) {
    known.computeIfAbsent(presentity, p -> new Known());
  }
}
