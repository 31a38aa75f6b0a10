// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.eventpackage.EventPackage;

/** A package whose watchers are told every state, one after another. */
final class EveryStatePackage implements EventPackage {
  static final String NAME = "every-state";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public boolean deliversEveryState() {
    return true;
  }
}
