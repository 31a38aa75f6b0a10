// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.util.List;
import java.util.stream.Stream;

/**
 * One scenario, read from its file.
 *
 * @param file name, for messages
 * @param title what it shows, in words
 * @param profile which Kamailio it wants
 * @param databases where it runs, each of them in turn; empty: as the profile says
 * @param alone true when no other scenario may see its Kamailios
 * @param deviations those that may show at any step
 * @param steps in order
 */
record Scenario(
    String file,
    String title,
    String profile,
    List<String> databases,
    boolean alone,
    List<DeclaredDeviation> deviations,
    List<Step> steps) {

  /** Every deviation, of the head and of the steps. */
  Stream<DeclaredDeviation> allDeviations() {
    return Stream.concat(
        deviations.stream(), steps.stream().flatMap(step -> step.deviations().stream()));
  }

  /** True when it needs Kamailios of its own. */
  boolean needsOwnPair() {
    return alone || steps.stream().anyMatch(step -> step.action() instanceof Action.Restart);
  }

  /**
   * One step.
   *
   * @param line of the file
   * @param text as written
   * @param action what is done
   * @param hears which NOTIFYs must come before the next step
   * @param deviations what may, and must, differ here
   */
  record Step(
      int line,
      String text,
      Action action,
      List<Hears> hears,
      List<DeclaredDeviation> deviations) {}

  /**
   * A NOTIFY that must come.
   *
   * @param who hears it
   * @param state first word of Subscription-State
   * @param containing what its body contains; may be empty
   */
  record Hears(String who, String state, String containing) {}
}
