// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xcapdiff;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.xml.XmlParser;

/** Package {@code xcap-diff} (RFC 5875), passed through: the last document as published. */
public final class XcapDiffPackage implements EventPackage {
  private final XmlParser parser = new XmlParser();
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

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    parser.published(body);
    return Document.of(body);
  }
}
