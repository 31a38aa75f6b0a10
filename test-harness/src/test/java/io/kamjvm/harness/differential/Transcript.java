// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.util.List;

/**
 * What one run of a scenario showed.
 *
 * @param entries normalised, in the order of steps; within a step participant by participant
 * @param failures what the scenario demands and this run did not give
 */
record Transcript(List<Entry> entries, List<String> failures) {}
