// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.sip.SipUri;
import java.util.List;
import java.util.Optional;

/**
 * What the cfg says (spec pua 4.1).
 *
 * @param defaultDomain host of AORs that have none; empty string if not set
 * @param publishes whether registrations are published
 * @param outboundProxy SIP URI of the next hop
 * @param serverAddress SIP URI: From and Contact of what is subscribed
 */
record ReginfoParameters(
    String defaultDomain, boolean publishes, Optional<String> outboundProxy, String serverAddress) {
  static final String MODULE = "pua_reginfo";

  static List<ModParam> accepted() {
    return List.of(
        ModParam.string("default_domain"),
        ModParam.integer("publish_reginfo"),
        ModParam.string("outbound_proxy"),
        ModParam.string("server_address"));
  }

  /**
   * Reads them.
   *
   * @throws ParameterException when one of them stops the start
   */
  static ReginfoParameters read(final Parameters given) {
    final boolean publishes = given.integer("publish_reginfo", 1) == 1;
    final Optional<String> domain = given.string("default_domain").filter(d -> !d.isEmpty());
    if (publishes && domain.isEmpty()) {
      throw new ParameterException(
          MODULE, "default_domain", "is needed to publish (or set publish_reginfo to 0)");
    }
    final String address =
        given
            .string("server_address")
            .filter(a -> !a.isEmpty())
            .orElseThrow(() -> new ParameterException(MODULE, "server_address", "is needed"));
    if (SipUri.parse(address).isEmpty()) {
      throw new ParameterException(MODULE, "server_address", address + " is no SIP URI");
    }
    final Optional<String> proxy = given.string("outbound_proxy").filter(p -> !p.isEmpty());
    if (proxy.isPresent() && SipUri.parse(proxy.get()).isEmpty()) {
      throw new ParameterException(MODULE, "outbound_proxy", proxy.get() + " is no SIP URI");
    }
    return new ReginfoParameters(domain.orElse(""), publishes, proxy, address);
  }
}
