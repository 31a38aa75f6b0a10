// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.rules.XcapServer;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import java.util.List;

/**
 * The parameters of module {@code presence_xml} that say where rules are (spec event-packages 2.1
 * and 2.2), checked. Immutable.
 *
 * @param dbUrl the core's default when not set
 * @param servers who is asked when the table has no rules; empty: nobody
 * @param droppedReason {@code xcapauth_userdel_reason}
 */
record XcapParameters(String dbUrl, String table, List<XcapServer> servers, String droppedReason) {
  private static final String MODULE = "presence_xml";
  private static final String DEFAULT_URL = "mysql://kamailio:kamailiorw@localhost/kamailio";

  /**
   * Reads and checks.
   *
   * @throws ParameterException when a value can not be worked with
   */
  static XcapParameters read(final Parameters given) {
    return new XcapParameters(
        given.string("db_url").filter(url -> !url.isEmpty()).orElse(DEFAULT_URL),
        table(given),
        servers(given),
        droppedReason(given));
  }

  private static String table(final Parameters given) {
    final String table = given.string("xcap_table").filter(t -> !t.isEmpty()).orElse("xcap");
    if (!table.matches("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)?")) {
      throw new ParameterException(MODULE, "xcap_table", "\"" + table + "\" is no table name");
    }
    return table;
  }

  private static List<XcapServer> servers(final Parameters given) {
    final List<XcapServer> servers =
        given.strings("xcap_server").stream().map(XcapParameters::server).toList();
    if (given.integer("integrated_xcap_server", 0) != 0) {
      return List.of();
    }
    if (servers.isEmpty()) {
      throw new ParameterException(
          MODULE,
          "xcap_server",
          "not set, but integrated_xcap_server 0 asks such a server for rules that the table does"
              + " not have; set it, or integrated_xcap_server to 1 if all rules are in the table");
    }
    return servers;
  }

  private static XcapServer server(final String text) {
    return XcapServer.parse(text)
        .orElseThrow(
            () ->
                new ParameterException(
                    MODULE,
                    "xcap_server",
                    "\"" + text + "\" is none of host, host:port and http://host:port"));
  }

  private static String droppedReason(final Parameters given) {
    final String reason = given.string("xcapauth_userdel_reason").orElse("probation");
    if (!Verdict.isReason(reason)) {
      throw new ParameterException(
          MODULE,
          "xcapauth_userdel_reason",
          "\""
              + reason
              + "\" is no reason of at most 64 characters like probation or"
              + " probation;retry-after=30");
    }
    return reason;
  }
}
