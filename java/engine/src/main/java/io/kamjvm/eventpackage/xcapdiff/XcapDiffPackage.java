// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xcapdiff;

import io.kamjvm.eventpackage.EventPackage;

/** Package {@code xcap-diff} (RFC 5875), passed through: the last document as published. */
public final class XcapDiffPackage implements EventPackage {
  private final int defaultExpires;

  public XcapDiffPackage(final int defaultExpires) {
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return "xcap-diff";
  }

  @Override
  public String contentType() {
    return "application/xcap-diff+xml";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }
}
