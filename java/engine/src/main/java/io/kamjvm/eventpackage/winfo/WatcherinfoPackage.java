// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.winfo;

import io.kamjvm.eventpackage.EventPackage;

/** A watcherinfo package (RFC 3857, RFC 3858): its documents are made by the server. */
public final class WatcherinfoPackage implements EventPackage {
  private final String watched;
  private final int defaultExpires;

  /**
   * @param watched the package whose watchers are told, e.g. {@code presence}
   */
  public WatcherinfoPackage(final String watched, final int defaultExpires) {
    this.watched = watched;
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return watched + ".winfo";
  }

  @Override
  public String contentType() {
    return "application/watcherinfo+xml";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }

  @Override
  public boolean watcherinfo() {
    return true;
  }
}
