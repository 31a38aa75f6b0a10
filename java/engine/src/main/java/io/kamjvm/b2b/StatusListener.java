// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.StatusMessage;

/** Who watches, inside the engine. Engine thread only. */
public interface StatusListener {

  void heard(StatusMessage message);

  /** Nothing more will come. */
  default void completed() {
    // whoever asked by command sees it in a list
  }

  /** Nobody. */
  static StatusListener none() {
    return message -> {};
  }
}
