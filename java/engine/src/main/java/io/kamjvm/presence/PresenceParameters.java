// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.LogFacility;
import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.kamailio.ServerFacts;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parameters of module {@code presence} (spec presence 1), checked and normalised. Immutable.
 *
 * @param dbUrl empty when not set
 * @param publCache where documents live
 * @param subsDbMode where subscriptions live
 * @param expireDocuments whether {@code clean_period} lets documents expire by themselves
 * @param cleanMillis {@code clean_period}, milliseconds; 1,000 when that is switched off
 * @param expireSubscriptions whether {@code db_update_period} does so for subscriptions
 * @param dbUpdateMillis upper bound of write-back, milliseconds
 * @param hideExpired {@code startup_mode} 1: a document that has expired shows in no body
 * @param byPriority whether {@code retrieve_order} asks for an order of its own
 * @param orderBy {@code retrieve_order_by}, as in SQL's ORDER BY
 * @param notifier how {@code subs_db_mode} 3 sends NOTIFYs
 * @param watchSpheres {@code enable_sphere_check}
 */
record PresenceParameters(
    Optional<String> dbUrl,
    String presentityTable,
    String activeWatchersTable,
    String watchersTable,
    PublCache publCache,
    SubsDbMode subsDbMode,
    boolean expireDocuments,
    long cleanMillis,
    boolean expireSubscriptions,
    long dbUpdateMillis,
    int expiresOffset,
    long maxExpires,
    long minExpires,
    boolean raiseToMinimum,
    Optional<String> serverAddress,
    boolean timeoutRemovesSubscription,
    boolean subscribeAnswers200,
    boolean fastNotify,
    boolean forceDelete,
    boolean hideExpired,
    int cseqOffset,
    int fetchRows,
    boolean byPriority,
    String orderBy,
    NotifierSettings notifier,
    boolean watchSpheres,
    boolean ignoreCase,
    boolean deleteSameSubscriptions,
    boolean exposeSubscription,
    Optional<String> xavpRoot,
    int documentSlots,
    int logLevel,
    Optional<LogFacility> logFacility) {

  /** {@code publ_cache}, 0 to 2. */
  enum PublCache {
    DATABASE,
    DATABASE_AND_MEMORY,
    MEMORY;

    /** Whether documents are in the table. */
    boolean stored() {
      return this != MEMORY;
    }
  }

  /** {@code subs_db_mode}, 0 to 3. */
  enum SubsDbMode {
    MEMORY,
    WRITE_THROUGH,
    WRITE_BACK,
    DATABASE;

    /** Whether subscriptions are in the table. */
    boolean stored() {
      return this != MEMORY;
    }
  }

  /**
   * {@code waitn_time}, {@code notifier_poll_rate}, {@code notifier_processes}.
   *
   * @param waitSeconds a NOTIFY leaves at most this much later than its change
   * @param pollsPerSecond how often each notifier looks for work
   * @param count how many notifiers there are; 0: NOTIFYs leave at once
   */
  record NotifierSettings(int waitSeconds, int pollsPerSecond, int count) {}

  private static final Logger LOG = LoggerFactory.getLogger(PresenceParameters.class);
  private static final String MODULE = "presence";
  private static final long MOST_FETCH_ROWS = 1_000_000;
  private static final long MOST_WAIT_SECONDS = 3_600;
  private static final long MOST_POLLS_PER_SECOND = 100;
  private static final long MOST_NOTIFIERS = 64;

  /** Every parameter that the module accepts. */
  static List<ModParam> accepted() {
    return List.of(
        ModParam.string("db_url"),
        ModParam.string("presentity_table"),
        ModParam.string("active_watchers_table"),
        ModParam.string("watchers_table"),
        ModParam.integer("clean_period"),
        ModParam.integer("db_update_period"),
        ModParam.integer("cseq_offset"),
        ModParam.integer("waitn_time"),
        ModParam.integer("notifier_poll_rate"),
        ModParam.integer("notifier_processes"),
        ModParam.integer("force_delete"),
        ModParam.integer("startup_mode"),
        ModParam.integer("expires_offset"),
        ModParam.integer("max_expires"),
        ModParam.integer("min_expires"),
        ModParam.integer("min_expires_action"),
        ModParam.string("server_address"),
        ModParam.integer("subs_db_mode"),
        ModParam.integer("publ_cache"),
        ModParam.integer("subs_htable_size"),
        ModParam.integer("pres_htable_size"),
        ModParam.integer("send_fast_notify"),
        ModParam.integer("enable_sphere_check"),
        ModParam.integer("timeout_rm_subs"),
        ModParam.integer("fetch_rows"),
        ModParam.integer("db_table_lock_type"),
        ModParam.integer("local_log_level"),
        ModParam.string("local_log_facility"),
        ModParam.integer("subs_remove_match"),
        ModParam.string("xavp_cfg"),
        ModParam.integer("retrieve_order"),
        ModParam.string("retrieve_order_by"),
        ModParam.integer("sip_uri_match"),
        ModParam.integer("enable_dmq"),
        ModParam.integer("enable_pres_dmq"),
        ModParam.integer("enable_pres_sync_dmq"),
        ModParam.integer("enable_subs_dmq"),
        ModParam.integer("enable_subs_sync_dmq"),
        ModParam.integer("skip_notify_dmq"),
        ModParam.string("default_socket"),
        ModParam.string("dmq_peer_id"),
        ModParam.integer("pres_subs_mode"),
        ModParam.integer("delete_same_subs"),
        ModParam.integer("timer_mode"),
        ModParam.integer("subs_respond_200"));
  }

  /** The XAVP by which the script asks that a subscription be deleted (spec presence 3.4). */
  Optional<String> deletionWish() {
    return xavpRoot.map(root -> root + "=>delete_subscription");
  }

  /** Whether a database is opened. */
  boolean needsDatabase() {
    return publCache != PublCache.MEMORY || subsDbMode != SubsDbMode.MEMORY;
  }

  /** Whether the module serves: else it is a library for others (spec presence 0). */
  boolean serves() {
    return dbUrl.isPresent() || publCache == PublCache.MEMORY;
  }

  /**
   * Reads and checks.
   *
   * @throws ParameterException when a value can not be worked with
   */
  static PresenceParameters read(final Parameters given, final ServerFacts facts) {
    final long maxExpires = maxExpires(given);
    final PresenceParameters read =
        new PresenceParameters(
            text(given, "db_url"),
            table(given, "presentity_table", "presentity"),
            table(given, "active_watchers_table", "active_watchers"),
            table(given, "watchers_table", "watchers"),
            publCache(given),
            subsDbMode(given),
            given.integer("clean_period", 100) > 0,
            Math.max(1, given.integer("clean_period", 100)) * 1000,
            given.integer("db_update_period", 100) > 0,
            Math.max(1, given.integer("db_update_period", 100)) * 1000,
            (int) atLeast(given, "expires_offset", 0, 0),
            maxExpires,
            minExpires(given, maxExpires),
            ranged(given, "min_expires_action", 1, 1, 2) == 2,
            text(given, "server_address"),
            given.integer("timeout_rm_subs", 1) != 0,
            given.integer("subs_respond_200", 1) != 0,
            given.integer("send_fast_notify", 1) != 0,
            given.integer("force_delete", 0) > 0,
            given.integer("startup_mode", 1) == 1,
            (int) Math.min(Integer.MAX_VALUE, atLeast(given, "cseq_offset", 0, 0)),
            (int) Math.min(MOST_FETCH_ROWS, positive(given, "fetch_rows", 500)),
            given.integer("retrieve_order", 0) == 1,
            text(given, "retrieve_order_by").orElse("priority"),
            notifier(given),
            given.integer("enable_sphere_check", 0) != 0,
            given.integer("sip_uri_match", 0) == 1,
            given.integer("delete_same_subs", 0) != 0,
            given.integer("pres_subs_mode", 1) == 1,
            text(given, "xavp_cfg"),
            documentSlots(given),
            (int) Math.max(-6, Math.min(10, given.integer("local_log_level", 2))),
            logFacility(given));
    refuseWhatIsMissing(given, facts);
    if (read.serves() && read.needsDatabase() && read.dbUrl.isEmpty()) {
      throw new ParameterException(
          MODULE,
          "db_url",
          "not set, but subs_db_mode keeps subscriptions in a database; set db_url, or"
              + " subs_db_mode to 0");
    }
    return read;
  }

  private static void refuseWhatIsMissing(final Parameters given, final ServerFacts facts) {
    if (given.integer("enable_dmq", 0) > 0) {
      throw new ParameterException(
          MODULE, "enable_dmq", "replication is not available yet; use enable_dmq 0");
    }
    text(given, "default_socket")
        .filter(socket -> !facts.listen().contains(socket))
        .ifPresent(
            socket -> {
              throw new ParameterException(
                  MODULE,
                  "default_socket",
                  "\"" + socket + "\" is none of this server's sockets " + facts.listen());
            });
  }

  private static PublCache publCache(final Parameters given) {
    return PublCache.values()[(int) ranged(given, "publ_cache", 1, 0, 2)];
  }

  private static SubsDbMode subsDbMode(final Parameters given) {
    return SubsDbMode.values()[(int) ranged(given, "subs_db_mode", 2, 0, 3)];
  }

  private static NotifierSettings notifier(final Parameters given) {
    final boolean used = subsDbMode(given) == SubsDbMode.DATABASE;
    final long count = atLeast(given, "notifier_processes", 1, 0);
    return new NotifierSettings(
        (int) Math.min(MOST_WAIT_SECONDS, positive(given, "waitn_time", 5)),
        (int) Math.min(MOST_POLLS_PER_SECOND, positive(given, "notifier_poll_rate", 10)),
        used ? (int) Math.min(MOST_NOTIFIERS, count) : 0);
  }

  private static Optional<LogFacility> logFacility(final Parameters given) {
    return text(given, "local_log_facility")
        .map(name -> LogFacility.named(name).orElseThrow(() -> noFacility(name)));
  }

  private static ParameterException noFacility(final String name) {
    return new ParameterException(
        MODULE,
        "local_log_facility",
        "\"" + name + "\" is no log facility; use one like LOG_LOCAL3");
  }

  private static long maxExpires(final Parameters given) {
    final long value = given.integer("max_expires", 3600);
    if (value == 0) {
      return normalised("max_expires", value, 3600);
    }
    return value < 0 ? normalised("max_expires", value, Integer.MAX_VALUE) : value;
  }

  private static long minExpires(final Parameters given, final long maxExpires) {
    final long value = atLeast(given, "min_expires", 0, 0);
    return value > maxExpires ? normalised("min_expires", value, maxExpires) : value;
  }

  private static int documentSlots(final Parameters given) {
    final long log2 = given.integer("pres_htable_size", 9);
    final long subscriptions = given.integer("subs_htable_size", 9);
    if (subscriptions < 1) {
      normalised("subs_htable_size", subscriptions, 9);
    }
    if (log2 < 1 || log2 > 30) {
      return 1 << normalised("pres_htable_size", log2, 8);
    }
    return 1 << log2;
  }

  private static Optional<String> text(final Parameters given, final String name) {
    return given.string(name).filter(value -> !value.isEmpty());
  }

  private static String table(final Parameters given, final String name, final String otherwise) {
    final String table = text(given, name).orElse(otherwise);
    if (!table.matches("[A-Za-z0-9_.$]{1,128}")) {
      throw new ParameterException(
          MODULE, name, "\"" + table + "\" is no table name; letters, digits, '_', '.' and '$'");
    }
    return table;
  }

  private static long atLeast(
      final Parameters given, final String name, final long otherwise, final long least) {
    final long value = given.integer(name, otherwise);
    return value < least ? normalised(name, value, least) : value;
  }

  private static long positive(final Parameters given, final String name, final long otherwise) {
    final long value = given.integer(name, otherwise);
    return value <= 0 ? normalised(name, value, otherwise) : value;
  }

  private static long normalised(final String name, final long value, final long instead) {
    LOG.warn("modparam(\"{}\", \"{}\"): {} is taken as {}", MODULE, name, value, instead);
    return instead;
  }

  private static long ranged(
      final Parameters given,
      final String name,
      final long otherwise,
      final long least,
      final long most) {
    final long value = given.integer(name, otherwise);
    if (value < least || value > most) {
      throw new ParameterException(
          MODULE, name, value + " is out of range; from " + least + " to " + most);
    }
    return value;
  }
}
