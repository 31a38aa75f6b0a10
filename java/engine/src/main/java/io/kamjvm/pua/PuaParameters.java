// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the cfg says to module {@code pua} (spec pua 1.1), checked.
 *
 * @param minExpires seconds
 * @param defaultExpires seconds
 * @param updatePeriod seconds before expiry in which records are refreshed; 0: they are not
 * @param tableOnly {@code db_mode} 2
 */
record PuaParameters(
    String dbUrl,
    String dbTable,
    long minExpires,
    long defaultExpires,
    long updatePeriod,
    Optional<String> outboundProxy,
    boolean countsDialogs,
    boolean countsRegistrations,
    boolean checksRemoteContact,
    boolean tableOnly,
    int fetchRows) {
  static final String MODULE = "pua";

  private static final Logger LOG = LoggerFactory.getLogger(PuaParameters.class);
  private static final String UPDATE_PERIOD = "update_period";
  private static final long USUAL_EXPIRES = 3600;
  private static final long LEAST_DEFAULT_EXPIRES = 600;
  private static final long LEAST_PERIOD = 6;
  private static final int TABLE_ONLY = 2;

  static List<ModParam> accepted() {
    return List.of(
        ModParam.integer("hash_size"),
        ModParam.string("db_url"),
        ModParam.string("db_table"),
        ModParam.integer("min_expires"),
        ModParam.integer("default_expires"),
        ModParam.integer(UPDATE_PERIOD),
        ModParam.string("outbound_proxy"),
        ModParam.integer("dlginfo_increase_version"),
        ModParam.integer("reginfo_increase_version"),
        ModParam.integer("check_remote_contact"),
        ModParam.integer("db_mode"),
        ModParam.integer("fetch_rows"),
        ModParam.integer("db_table_lock_write"));
  }

  /**
   * Reads.
   *
   * @throws ParameterException when a value stops the start
   */
  static PuaParameters read(final Parameters given) {
    final long period = given.integer(UPDATE_PERIOD, 100);
    if (period < 0 || period > 0 && period < LEAST_PERIOD) {
      throw new ParameterException(
          MODULE, UPDATE_PERIOD, period + " is neither 0 nor at least " + LEAST_PERIOD);
    }
    final long check = given.integer("check_remote_contact", 1);
    if (check != 0 && check != 1) {
      throw new ParameterException(MODULE, "check_remote_contact", check + " is neither 0 nor 1");
    }
    final long mode = given.integer("db_mode", 0);
    if (mode != 0 && mode != TABLE_ONLY) {
      LOG.error("modparam(\"pua\", \"db_mode\"): {} is neither 0 nor 2; 0 is used", mode);
    }
    final long asked = given.integer("default_expires", USUAL_EXPIRES);
    if (asked < LEAST_DEFAULT_EXPIRES) {
      LOG.warn(
          "modparam(\"pua\", \"default_expires\"): {} is less than {}; {} is used",
          asked,
          LEAST_DEFAULT_EXPIRES,
          USUAL_EXPIRES);
    }
    return new PuaParameters(
        given.string("db_url").orElse("mysql://kamailio:kamailiorw@localhost/kamailio"),
        given.string("db_table").orElse("pua"),
        Math.max(0, given.integer("min_expires", 0)),
        asked < LEAST_DEFAULT_EXPIRES ? USUAL_EXPIRES : asked,
        period,
        proxy(given),
        given.integer("dlginfo_increase_version", 0) != 0,
        given.integer("reginfo_increase_version", 0) != 0,
        check == 1,
        mode == TABLE_ONLY,
        (int) Math.min(Integer.MAX_VALUE, Math.max(0, given.integer("fetch_rows", 500))));
  }

  private static Optional<String> proxy(final Parameters given) {
    final Optional<String> proxy = given.string("outbound_proxy").filter(p -> !p.isEmpty());
    if (proxy.isPresent() && !OrderCheck.isUri(proxy.get())) {
      throw new ParameterException(
          MODULE, "outbound_proxy", "'" + proxy.get() + "' is not a SIP URI");
    }
    return proxy;
  }
}
