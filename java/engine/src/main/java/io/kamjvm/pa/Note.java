// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/**
 * A human readable remark.
 *
 * @param lang of {@code xml:lang}; empty string if none
 */
record Note(String text, String lang) {}
