// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.dfks;

import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.util.Optional;

/**
 * What a telephone asks for in the body of a SUBSCRIBE (ECMA-323, spec event-packages 8): {@code
 * SetDoNotDisturb} or {@code SetForwarding}. Anything else is no order.
 */
final class FeatureKeys {
  private final XmlParser parser = new XmlParser();

  /** What is set. */
  sealed interface Order {}

  /**
   * {@code SetDoNotDisturb}.
   *
   * @param device empty when it is not named
   */
  record DoNotDisturb(Optional<String> device, String on) implements Order {}

  /**
   * {@code SetForwarding}.
   *
   * @param device empty when it is not named
   */
  record Forwarding(Optional<String> device, String type, String active, String target)
      implements Order {}

  /**
   * Reads.
   *
   * @throws UnacceptableBodyException 415 when it is no XML, 500 when an order lacks something
   */
  Optional<Order> read(final byte[] body) throws UnacceptableBodyException {
    final XmlElement root = parser.published(body).root();
    final Optional<XmlElement> doNotDisturb = root.find("SetDoNotDisturb");
    if (doNotDisturb.isPresent()) {
      final XmlElement set = doNotDisturb.get();
      return Optional.of(new DoNotDisturb(device(set), mandatory(set, "doNotDisturbOn")));
    }
    final Optional<XmlElement> forwarding = root.find("SetForwarding");
    if (forwarding.isPresent()) {
      final XmlElement set = forwarding.get();
      return Optional.of(
          new Forwarding(
              device(set),
              mandatory(set, "forwardingType"),
              mandatory(set, "activateForward"),
              mandatory(set, "forwardDN")));
    }
    return Optional.empty();
  }

  private static Optional<String> device(final XmlElement set) {
    return set.find("device").map(e -> e.text().strip()).filter(device -> !device.isEmpty());
  }

  private static String mandatory(final XmlElement set, final String name)
      throws UnacceptableBodyException {
    return set.find(name)
        .map(e -> e.text().strip())
        .orElseThrow(
            () ->
                new UnacceptableBodyException(
                    500, "Server Internal Error", set.localName() + " without " + name));
  }
}
