// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

/** What is known of a dialog. */
public enum DialogState {
  NONE,
  ESTABLISHED,
  /** The SUBSCRIBE is not answered yet, but a NOTIFY may overtake the answer. */
  TEMPORARY
}
