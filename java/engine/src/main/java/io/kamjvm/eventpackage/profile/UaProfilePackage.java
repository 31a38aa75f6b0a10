// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.profile;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.xml.XmlParser;

/**
 * Package {@code ua-profile} (RFC 6080, spec event-packages 7): the last document as published. The
 * Event parameters, {@code profile-type} and the like, are the publisher's business.
 */
public final class UaProfilePackage implements EventPackage {
  private final XmlParser parser = new XmlParser();
  private final int defaultExpires;

  /**
   * @param defaultExpires seconds
   */
  public UaProfilePackage(final int defaultExpires) {
    this.defaultExpires = defaultExpires;
  }

  @Override
  public String name() {
    return "ua-profile";
  }

  @Override
  public String contentType() {
    return "text/xml";
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
