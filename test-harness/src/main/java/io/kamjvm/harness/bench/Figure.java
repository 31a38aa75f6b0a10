// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

/**
 * One result.
 *
 * @param group which measurement it belongs to
 * @param name what it is
 * @param value in the unit
 * @param unit as it is printed
 */
record Figure(String group, String name, double value, String unit) {}
