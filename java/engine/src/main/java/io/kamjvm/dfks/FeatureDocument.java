// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.dfks;

import io.kamjvm.eventpackage.xml.XmlText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What is published when a feature has been set: an event of ECMA-323. */
final class FeatureDocument {
  private static final String NAMESPACE =
      "http://www.ecma-international.org/standards/ecma-323/csta/ed3";

  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  private final String root;

  private FeatureDocument(final String root, final Optional<String> device) {
    this.root = root;
    text.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
    if (device.isPresent()) {
      element("device", device.get());
    } else {
      text.append("<device><notKnown/></device>");
    }
  }

  /** The document in UTF-8. */
  static byte[] of(final FeatureKeys.Order order) {
    if (order instanceof FeatureKeys.Forwarding forwarding) {
      return new FeatureDocument("ForwardingEvent", forwarding.device())
          .element("forwardingType", forwarding.type())
          .element("forwardStatus", forwarding.active())
          .element("forwardTo", forwarding.target())
          .bytes();
    }
    final FeatureKeys.DoNotDisturb set = (FeatureKeys.DoNotDisturb) order;
    return new FeatureDocument("DoNotDisturbEvent", set.device())
        .element("doNotDisturbOn", set.on())
        .bytes();
  }

  private FeatureDocument element(final String name, final String value) {
    text.append('<').append(name).append('>');
    XmlText.appendText(text, value);
    text.append("</").append(name).append('>');
    return this;
  }

  private byte[] bytes() {
    text.append("</").append(root).append('>');
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
