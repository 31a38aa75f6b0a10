// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.pidf;

import java.util.Optional;

/**
 * How presence documents are made.
 *
 * @param defaultExpires seconds
 * @param dummy whether a presentity without documents is shown as open
 * @param singleBody how to choose one document instead of merging, if so
 */
public record PidfSettings(int defaultExpires, boolean dummy, Optional<SingleBody> singleBody) {

  /**
   * The document whose ranking text comes later in {@code priorities} wins.
   *
   * @param priorities e.g. {@code Available|Ringing|On the Phone}
   * @param element e.g. {@code note}
   */
  public record SingleBody(String priorities, String element) {}
}
