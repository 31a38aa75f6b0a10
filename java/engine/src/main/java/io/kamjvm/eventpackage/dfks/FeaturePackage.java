// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.dfks;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.xml.XmlParser;

/**
 * Package {@code as-feature-event} (spec event-packages 8): what a telephone's feature keys, do not
 * disturb and call forwarding, are set to; the last document as published.
 */
public final class FeaturePackage implements EventPackage {
  public static final String NAME = "as-feature-event";
  public static final String CONTENT_TYPE = "application/x-as-feature-event+xml";
  private final XmlParser parser = new XmlParser();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return CONTENT_TYPE;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    parser.published(body);
    return Document.of(body);
  }
}
