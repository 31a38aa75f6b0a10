// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.bla;

import io.kamjvm.eventpackage.Document;

/**
 * A shared line's state as its publisher sees it. Immutable.
 *
 * @param busy whether it has a {@code dialog}
 */
record SharedLineDocument(byte[] bytes, boolean busy) implements Document {

  /** Whether a document of this package tells of no call. */
  static boolean isIdle(final Document document) {
    return document instanceof SharedLineDocument line && !line.busy();
  }
}
