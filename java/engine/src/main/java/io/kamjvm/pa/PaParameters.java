// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.PaNames;
import io.kamjvm.storage.PaTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the cfg says to module {@code pa} (spec pa 1.3), checked.
 *
 * @param defaultExpires seconds
 * @param defaultPriority hundredths
 * @param dbUrl empty: no database
 * @param host of the XCAP server; empty string: package {@code xcap-change} is not offered
 * @param timerMillis between two looks at what has changed
 * @param mostSubscribed seconds, the most a subscription is granted
 * @param mostPublished seconds, the most a publication is granted
 * @param sources whether registrations and what is injected are heard
 * @param offlineTimer seconds
 * @param offlineExpires seconds
 * @param rules where rules come from, for {@link Auth#XCAP}
 * @param domains the domains that the cfg's script names
 * @param usrloc whether module usrloc is loaded
 * @param jabberAlias the host of addresses that stand for Jabber ids; empty: none
 */
record PaParameters(
    long defaultExpires,
    int defaultPriority,
    Optional<String> dbUrl,
    PaNames names,
    String host,
    long timerMillis,
    long mostSubscribed,
    long mostPublished,
    boolean sources,
    Auth auth,
    Auth watcherinfoAuth,
    boolean watcherinfo,
    boolean internalSubscriptions,
    boolean offlineWatcherinfo,
    long offlineTimer,
    long offlineExpires,
    boolean ignoreTimeout,
    boolean notifyRefreshes,
    boolean showPriority,
    RulesSettings rules,
    Optional<String> subscribesAs,
    Set<String> domains,
    boolean usrloc,
    String usrlocDomain,
    Optional<JabberAddresses> jabberAlias) {
  static final String MODULE = "pa";

  /** The shim says with these what it knows of the cfg; no modparam can set them. */
  static final String DOMAIN_USED = ".domain";

  static final String USRLOC_LOADED = ".usrloc";

  private static final Logger LOG = LoggerFactory.getLogger(PaParameters.class);
  private static final String DEFAULT_EXPIRES = "default_expires";
  private static final String DEFAULT_PRIORITY = "default_priority_percentage";
  private static final String DB_URL = "db_url";
  private static final String PA_DOMAIN = "pa_domain";
  private static final String INTERNAL = "accept_internal_subscriptions";
  private static final String OFFLINE = "use_offline_winfo";
  private static final String TO_USERS = "subscribe_to_users";
  private static final String USER_URI = "pa_subscription_uri";
  private static final String JABBER_DOMAIN = "jabber_domain";
  private static final long HOUR = 3600;
  private static final long DAY = 86_400;

  private static final List<String> FLAGS =
      List.of(
          "use_db",
          "use_callbacks",
          "watcherinfo_notify",
          INTERNAL,
          OFFLINE,
          "ignore_408_on_notify",
          "notify_is_refresh",
          "async_auth_queries",
          TO_USERS,
          "pidf_priority");
  private static final List<String> NUMBERS =
      List.of(
          DEFAULT_EXPIRES,
          DEFAULT_PRIORITY,
          "timer_interval",
          "max_subscription_expiration",
          "max_publish_expiration",
          "offline_winfo_expiration",
          "offline_winfo_timer",
          "auth_rules_refresh_time",
          "max_auth_requests_per_tick");
  private static final List<String> TEXTS =
      List.of(
          DB_URL,
          PA_DOMAIN,
          "auth",
          "winfo_auth",
          "pres_rules_file",
          USER_URI,
          "usrloc_domain",
          JABBER_DOMAIN,
          "xcap_root",
          "xcap_table");
  private static final List<String> OUTLIVED_NUMBERS =
      List.of(
          "new_watcher_pending",
          "new_tuple_on_publish",
          "callback_update_db",
          "callback_lock_pdomain",
          "use_place_table",
          "use_bsearch",
          "use_location_package");
  private static final List<String> OUTLIVED_TEXTS = List.of("place_table");
  private static final Map<String, PaTable> TABLES =
      Map.of(
          "presentity_table", PaTable.PRESENTITY,
          "presentity_contact_table", PaTable.CONTACT,
          "watcherinfo_table", PaTable.WATCHERINFO,
          "offline_winfo_table", PaTable.OFFLINE_WINFO);

  /** The columns whose names may be set; those that our tables do not have are only accepted. */
  private static final List<String> COLUMNS =
      List.of(
          "uid",
          "watcher",
          "events",
          "domain",
          "status",
          "created_on",
          "expires_on",
          "dbid",
          "pres_id",
          "basic",
          "expires",
          "priority",
          "contact",
          "tupleid",
          "etag",
          "published_id",
          "element",
          "note",
          "lang",
          "uri",
          "pdomain",
          "xcap_params",
          "status_extension",
          "w_uri",
          "display_name",
          "s_id",
          "package",
          "event",
          "accepts",
          "server_contact",
          "dialog",
          "doc_index");

  /** How watchers are judged. */
  enum Auth {
    NONE,
    IMPLICIT,
    XCAP
  }

  /**
   * Where rules come from.
   *
   * @param root of an HTTP server's documents, without a slash at its end
   * @param table name of table {@code xcap}, asked where there is no root
   * @param refresh seconds after which they are read again
   * @param asynchronous whether the first watcher does not wait for them
   * @param mostPerTick documents that are read again at each look
   */
  record RulesSettings(
      Optional<String> root,
      String table,
      String file,
      long refresh,
      boolean asynchronous,
      int mostPerTick) {}

  static List<ModParam> accepted() {
    final List<ModParam> all = new ArrayList<>();
    for (final List<String> names : List.of(FLAGS, NUMBERS, OUTLIVED_NUMBERS)) {
      names.forEach(n -> all.add(ModParam.integer(n)));
    }
    for (final List<String> names : List.of(TEXTS, OUTLIVED_TEXTS)) {
      names.forEach(n -> all.add(ModParam.string(n)));
    }
    TABLES.keySet().forEach(n -> all.add(ModParam.string(n)));
    COLUMNS.forEach(n -> all.add(ModParam.string(n + "_column")));
    all.add(ModParam.string(DOMAIN_USED));
    all.add(ModParam.string(USRLOC_LOADED));
    return all;
  }

  /**
   * Reads.
   *
   * @throws ParameterException when a value stops the start
   */
  static PaParameters read(final Parameters given) {
    warn(given);
    final Optional<String> url = dbUrl(given);
    final boolean offline = flag(given, OFFLINE, false);
    if (offline && url.isEmpty()) {
      throw wrong(OFFLINE, "needs db_url");
    }
    final PaParameters read =
        new PaParameters(
            atLeast(given, DEFAULT_EXPIRES, HOUR, 1),
            priority(given),
            url,
            names(given),
            given.string(PA_DOMAIN).orElse(""),
            1_000 * atLeast(given, "timer_interval", 10, 1),
            atLeast(given, "max_subscription_expiration", HOUR, 1),
            atLeast(given, "max_publish_expiration", HOUR, 1),
            flag(given, "use_callbacks", true),
            auth(given, "auth").orElse(Auth.NONE),
            auth(given, "winfo_auth").orElse(Auth.IMPLICIT),
            flag(given, "watcherinfo_notify", true),
            flag(given, INTERNAL, false),
            offline,
            atLeast(given, "offline_winfo_timer", HOUR, 1),
            atLeast(given, "offline_winfo_expiration", 3 * DAY, 1),
            flag(given, "ignore_408_on_notify", false),
            flag(given, "notify_is_refresh", true),
            flag(given, "pidf_priority", true),
            rules(given),
            subscribesAs(given),
            domains(given),
            given.string(USRLOC_LOADED).isPresent(),
            given.string("usrloc_domain").orElse("location"),
            jabber(given));
    read.check();
    return read;
  }

  private void check() {
    if (sources && domains.contains(Pdomain.REGISTRAR) && !usrloc) {
      throw new ParameterException(
          MODULE, "use_callbacks", "domain registrar needs module usrloc: load that, too");
    }
    if (auth == Auth.XCAP && rules.root().isEmpty() && dbUrl.isEmpty()) {
      throw wrong("auth", "xcap needs documents: set xcap_root, or db_url with a table xcap");
    }
    if (subscribesAs.isPresent() && internalSubscriptions) {
      throw wrong(TO_USERS, "can not be together with " + INTERNAL);
    }
  }

  private static void warn(final Parameters given) {
    if (given.string("auth").isEmpty()) {
      LOG.warn(
          "modparam(\"pa\", \"auth\") is not set: everybody may watch everybody (none); the other"
              + " values are implicit and xcap");
    }
    for (final String name : OUTLIVED_NUMBERS) {
      given.integer(name).ifPresent(v -> outlived(name));
    }
    for (final String name : OUTLIVED_TEXTS) {
      given.string(name).ifPresent(v -> outlived(name));
    }
  }

  private static void outlived(final String name) {
    LOG.warn("modparam(\"pa\", \"{}\") has no effect any more", name);
  }

  private static Optional<String> dbUrl(final Parameters given) {
    final Optional<String> url =
        given.string(DB_URL).filter(u -> !u.isEmpty()).map(PaParameters::withSlashes);
    final long use = given.integer("use_db", url.isPresent() ? 1 : 0);
    if (use != 0 && use != 1) {
      throw wrong("use_db", use + " is neither 0 nor 1");
    }
    if (use == 1 && url.isEmpty()) {
      throw wrong("use_db", "needs db_url");
    }
    return use == 1 ? url : Optional.empty();
  }

  /** SER's manual writes {@code mysql:user:password@host/database}. */
  private static String withSlashes(final String url) {
    final int colon = url.indexOf(':');
    if (colon < 0 || url.startsWith("//", colon + 1) || url.startsWith("jdbc:")) {
      return url;
    }
    LOG.info("modparam(\"pa\", \"db_url\"): {}: is read as {}://", scheme(url), scheme(url));
    return url.substring(0, colon) + "://" + url.substring(colon + 1);
  }

  private static String scheme(final String url) {
    return url.substring(0, url.indexOf(':'));
  }

  private static int priority(final Parameters given) {
    final long percentage = given.integer(DEFAULT_PRIORITY, 50);
    if (percentage < 0 || percentage > 100) {
      throw wrong(DEFAULT_PRIORITY, percentage + " is not within 0 and 100");
    }
    return (int) percentage;
  }

  private static Optional<Auth> auth(final Parameters given, final String name) {
    final Optional<String> text = given.string(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    for (final Auth each : Auth.values()) {
      if (each.name().equalsIgnoreCase(text.get())) {
        return Optional.of(each);
      }
    }
    throw wrong(name, "'" + text.get() + "' is none of none, implicit, xcap");
  }

  private static RulesSettings rules(final Parameters given) {
    final Optional<String> root =
        given.string("xcap_root").filter(r -> !r.isEmpty()).map(r -> r.replaceFirst("/+$", ""));
    if (root.isPresent() && !root.get().matches("http://[^/\\s]+(/\\S*)?")) {
      throw wrong("xcap_root", "'" + root.get() + "' is no http URL");
    }
    return new RulesSettings(
        root,
        given.string("xcap_table").orElse("xcap"),
        given.string("pres_rules_file").filter(f -> !f.isEmpty()).orElse("presence-rules.xml"),
        atLeast(given, "auth_rules_refresh_time", 300, 1),
        flag(given, "async_auth_queries", false),
        (int) atLeast(given, "max_auth_requests_per_tick", 50, 1));
  }

  private static Optional<String> subscribesAs(final Parameters given) {
    if (!flag(given, TO_USERS, false)) {
      return Optional.empty();
    }
    final Optional<String> uri = given.string(USER_URI).filter(u -> SipUri.parse(u).isPresent());
    if (uri.isEmpty()) {
      throw wrong(TO_USERS, "needs a SIP URI in " + USER_URI);
    }
    return uri;
  }

  private static Set<String> domains(final Parameters given) {
    final Set<String> domains = new LinkedHashSet<>();
    given.strings(DOMAIN_USED).forEach(d -> domains.add(d.toLowerCase(Locale.ROOT)));
    return Set.copyOf(domains);
  }

  private static Optional<JabberAddresses> jabber(final Parameters given) {
    final Optional<String> text = given.string(JABBER_DOMAIN).filter(t -> !t.isEmpty());
    return text.map(
        t ->
            JabberAddresses.parse(t)
                .orElseThrow(() -> wrong(JABBER_DOMAIN, "'" + t + "' is not host=delimiter")));
  }

  private static PaNames names(final Parameters given) {
    final Map<PaTable, String> tables = new HashMap<>();
    TABLES.forEach((name, table) -> given.string(name).ifPresent(v -> tables.put(table, v)));
    final Map<String, String> columns = new HashMap<>();
    COLUMNS.forEach(name -> given.string(name + "_column").ifPresent(v -> columns.put(name, v)));
    return new PaNames(tables, columns);
  }

  private static boolean flag(final Parameters given, final String name, final boolean otherwise) {
    return given.integer(name, otherwise ? 1 : 0) != 0;
  }

  private static long atLeast(
      final Parameters given, final String name, final long otherwise, final long least) {
    final long value = given.integer(name, otherwise);
    if (value < least) {
      throw wrong(name, value + " is less than " + least);
    }
    return value;
  }

  private static ParameterException wrong(final String name, final String why) {
    return new ParameterException(MODULE, name, why);
  }
}
