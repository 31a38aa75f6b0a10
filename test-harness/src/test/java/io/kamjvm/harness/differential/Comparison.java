// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.differential.DeclaredDeviation.Difference;
import io.kamjvm.harness.differential.DeclaredDeviation.Side;
import io.kamjvm.harness.differential.Scenario.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Two transcripts of one scenario side by side. What differs must be declared at its step or in the
 * head, and what is declared must differ.
 */
final class Comparison {
  private final Scenario scenario;
  private final Set<Difference> used = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private Comparison(final Scenario scenario) {
    this.scenario = scenario;
  }

  /** What is wrong, in words; empty when nothing is. */
  static List<String> problems(
      final Scenario scenario, final Transcript stock, final Transcript ours) {
    final Comparison comparison = new Comparison(scenario);
    stock.failures().forEach(failure -> comparison.problems.add("stock: " + failure));
    ours.failures().forEach(failure -> comparison.problems.add("ours: " + failure));
    comparison.compare(stock, ours);
    comparison.unused();
    return List.copyOf(comparison.problems);
  }

  /** What is wrong when both transcripts are of the same modules. */
  static List<String> withoutDeviations(
      final Scenario scenario, final Transcript one, final Transcript other) {
    final List<Step> steps =
        scenario.steps().stream()
            .map(step -> new Step(step.line(), step.text(), step.action(), step.hears(), List.of()))
            .toList();
    final Comparison comparison =
        new Comparison(
            new Scenario(
                scenario.file(),
                scenario.title(),
                scenario.profile(),
                scenario.databases(),
                scenario.alone(),
                List.of(),
                steps));
    comparison.compare(one, other);
    return List.copyOf(comparison.problems);
  }

  private void compare(final Transcript stock, final Transcript ours) {
    for (final Step step : scenario.steps()) {
      step(step.line(), step.text(), declared(Optional.of(step)), stock, ours);
    }
    step(0, "after the last step", declared(Optional.empty()), stock, ours);
  }

  private List<Difference> declared(final Optional<Step> step) {
    final List<Difference> declared = new ArrayList<>();
    step.ifPresent(
        present -> present.deviations().forEach(each -> declared.addAll(each.differences())));
    scenario.deviations().forEach(each -> declared.addAll(each.differences()));
    return declared;
  }

  private void step(
      final int line,
      final String text,
      final List<Difference> declared,
      final Transcript stock,
      final Transcript ours) {
    final Set<String> participants = new LinkedHashSet<>();
    stock.entries().stream().filter(e -> e.step() == line).forEach(e -> participants.add(e.who()));
    ours.entries().stream().filter(e -> e.step() == line).forEach(e -> participants.add(e.who()));
    final List<String> differences = new ArrayList<>();
    for (final String who : participants) {
      for (final Entry.Kind kind : Entry.Kind.values()) {
        final List<Entry> left = entries(stock, line, who, kind);
        final List<Entry> right = entries(ours, line, who, kind);
        for (final Alignment.Pair pair : Alignment.of(left, right)) {
          differences.addAll(differences(pair, declared));
        }
      }
    }
    if (!differences.isEmpty()) {
      problems.add(
          "line %d: %s%n%s"
              .formatted(line, text, String.join(System.lineSeparator(), differences)));
    }
  }

  private static List<Entry> entries(
      final Transcript transcript, final int line, final String who, final Entry.Kind kind) {
    return transcript.entries().stream()
        .filter(entry -> entry.step() == line && entry.who().equals(who) && entry.kind() == kind)
        .toList();
  }

  private List<String> differences(final Alignment.Pair pair, final List<Difference> declared) {
    final List<String> differences = new ArrayList<>();
    if (pair.stock().isEmpty() || pair.ours().isEmpty()) {
      final Side side = pair.stock().isPresent() ? Side.STOCK : Side.OURS;
      final Entry entry = pair.stock().or(pair::ours).orElseThrow();
      if (!covered(true, side, entry.who(), entry.first(), declared)) {
        differences.add(said(side, entry.who()) + " only:");
        entry.lines().forEach(line -> differences.add("      " + line));
      }
      return differences;
    }
    final Entry stock = pair.stock().get();
    final Entry ours = pair.ours().get();
    for (final Alignment.Line line : Alignment.lines(stock.lines(), ours.lines())) {
      if (!covered(false, line.side(), stock.who(), line.text(), declared)) {
        differences.add(said(line.side(), stock.who()) + " | " + line.text());
      }
    }
    if (!differences.isEmpty()) {
      differences.add("    in ours:");
      ours.lines().forEach(line -> differences.add("      " + line));
    }
    return differences;
  }

  private static String said(final Side side, final String who) {
    return "    " + (side == Side.STOCK ? "stock " : "ours  ") + who;
  }

  private boolean covered(
      final boolean whole,
      final Side side,
      final String who,
      final String text,
      final List<Difference> declared) {
    final Optional<Difference> found =
        declared.stream()
            .filter(difference -> difference.whole() == whole)
            .filter(difference -> difference.covers(side, who, text.strip()))
            .findFirst();
    found.ifPresent(used::add);
    return found.isPresent();
  }

  private void unused() {
    for (final DeclaredDeviation deviation : scenario.allDeviations().toList()) {
      for (final Difference difference : deviation.differences()) {
        if (!used.contains(difference)) {
          problems.add(
              "line %d: %s is declared, but does not show: %s"
                  .formatted(difference.line(), deviation.id(), difference.pattern()));
        }
      }
    }
  }
}
