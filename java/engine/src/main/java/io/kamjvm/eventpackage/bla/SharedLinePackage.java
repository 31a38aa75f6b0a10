// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.bla;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;

/** Package {@code dialog;sla}, bridged line appearance: the last document, one tag for its life. */
public final class SharedLinePackage implements EventPackage {
  private final XmlParser parser = new XmlParser();
  private final int defaultExpires;

  public SharedLinePackage(final int defaultExpires) {
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return "dialog;sla";
  }

  @Override
  public String contentType() {
    return "application/dialog-info+xml";
  }

  @Override
  public int defaultExpires() {
    return defaultExpires;
  }

  @Override
  public boolean renewsEntityTag() {
    return false;
  }

  @Override
  public boolean presentityFromContact() {
    return true;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    try {
      parser.parse(body);
      return Document.of(body);
    } catch (final XmlRejectedException e) {
      throw new UnacceptableBodyException(415, "Unsupported media type", e.getMessage());
    }
  }
}
