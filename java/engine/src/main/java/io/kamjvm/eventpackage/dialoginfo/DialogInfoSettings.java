// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dialoginfo;

/**
 * How dialog-info documents are made.
 *
 * @param defaultExpires seconds
 * @param single whether, of several documents, only the most important dialog is shown
 * @param dummy whether a presentity without documents is shown with a terminated dialog
 */
public record DialogInfoSettings(int defaultExpires, boolean single, boolean dummy) {}
