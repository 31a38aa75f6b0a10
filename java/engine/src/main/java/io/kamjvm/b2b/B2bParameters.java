// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.kamailio.ModParam;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.kamailio.Parameters;
import io.kamjvm.sip.HeaderLines;
import io.kamjvm.sip.RouteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the cfg says to module {@code presence_b2b} (spec pa-and-b2b 2.2), checked. Times in
 * seconds.
 *
 * @param route entries joined by commas; empty string if none
 * @param headers whole header lines; empty string if none
 * @param retryAfterReject 0: never
 * @param feedMode where what is heard may be shown to local watchers
 * @param feedProxy where PUBLISH is sent in mode {@link FeedMode#PUBLISH}; present then
 * @param always subscriptions that are made at every start
 */
record B2bParameters(
    long defaultExpiration,
    long onErrorRetryTime,
    String route,
    Optional<String> outboundProxy,
    String headers,
    long waitForTermNotify,
    long resubscribeDelta,
    long minResubscribeTime,
    boolean handlesPresence,
    long maxSubscribeDelay,
    long retryAfterReject,
    Optional<Credentials> credentials,
    FeedMode feedMode,
    Optional<String> feedProxy,
    long feedGrace,
    List<Pair> always) {
  static final String MODULE = "presence_b2b";

  private static final String USERNAME = "auth_username";
  private static final String PASSWORD = "auth_password";
  private static final String FEED_MODE = "feed_mode";
  private static final String FEED_PROXY = "feed_proxy";
  private static final String SUBSCRIBE = "subscribe";
  private static final long LONGEST = 100L * 365 * 86_400;

  /** Written by tm or by us, and must not be there twice. */
  private static final Set<String> OURS =
      Set.of(
          "via",
          "v",
          "from",
          "f",
          "to",
          "t",
          "call-id",
          "i",
          "cseq",
          "contact",
          "m",
          "event",
          "o",
          "expires",
          "max-forwards",
          "content-length",
          "l");

  /** Name and password for servers that want to know who asks. */
  record Credentials(String username, String password) {}

  /** Whom to watch in whose name; URIs. */
  record Pair(String record, String subscriber) {}

  static List<ModParam> accepted() {
    return List.of(
        ModParam.integer("default_expiration"),
        ModParam.integer("on_error_retry_time"),
        ModParam.string("presence_route"),
        ModParam.string("additional_presence_headers"),
        ModParam.integer("wait_for_term_notify"),
        ModParam.integer("resubscribe_delta"),
        ModParam.integer("min_resubscribe_time"),
        ModParam.integer("handle_presence_subscriptions"),
        ModParam.string("presence_outbound_proxy"),
        ModParam.integer("max_subscribe_delay"),
        ModParam.integer("retry_after_reject"),
        ModParam.string(USERNAME),
        ModParam.string(PASSWORD),
        ModParam.integer(FEED_MODE),
        ModParam.integer("feed_grace"),
        ModParam.string(FEED_PROXY),
        ModParam.string(SUBSCRIBE));
  }

  /**
   * Reads.
   *
   * @throws ParameterException when a value stops the start
   */
  static B2bParameters read(final Parameters given) {
    return new B2bParameters(
        seconds(given, "default_expiration", 3600, 1),
        seconds(given, "on_error_retry_time", 120, 1),
        route(given),
        proxy(given, "presence_outbound_proxy"),
        headers(given),
        seconds(given, "wait_for_term_notify", 30, 0),
        seconds(given, "resubscribe_delta", 30, 0),
        seconds(given, "min_resubscribe_time", 30, 1),
        given.integer("handle_presence_subscriptions", 1) != 0,
        seconds(given, "max_subscribe_delay", 0, 0),
        seconds(given, "retry_after_reject", 0, 0),
        credentials(given),
        feedMode(given),
        feedProxy(given),
        seconds(given, "feed_grace", 30, 0),
        always(given));
  }

  private static long seconds(
      final Parameters given, final String name, final long otherwise, final long least) {
    final long value = given.integer(name, otherwise);
    if (value < least || value > LONGEST) {
      throw new ParameterException(MODULE, name, value + " is less than " + least);
    }
    return value;
  }

  private static String route(final Parameters given) {
    final List<String> entries = new ArrayList<>();
    for (final String entry : RouteSet.split(given.string("presence_route").orElse(""))) {
      final String uri =
          NameAddress.uri(entry)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          MODULE, "presence_route", "'" + entry + "' is not like <sip:host;lr>"));
      entries.add(entry.contains("<") ? entry : "<" + uri + ">");
    }
    return String.join(",", entries);
  }

  private static Optional<String> proxy(final Parameters given, final String name) {
    final String text = given.string(name).orElse("").trim();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        NameAddress.uri(text)
            .orElseThrow(
                () -> new ParameterException(MODULE, name, "'" + text + "' is not a SIP URI")));
  }

  private static String headers(final Parameters given) {
    final String text = given.string("additional_presence_headers").orElse("");
    final Optional<String> objection = HeaderLines.objection(text, OURS);
    if (objection.isPresent()) {
      throw new ParameterException(
          MODULE, "additional_presence_headers", "the headers " + objection.get());
    }
    return HeaderLines.complete(text);
  }

  private static Optional<Credentials> credentials(final Parameters given) {
    final String username = given.string(USERNAME).orElse("");
    final String password = given.string(PASSWORD).orElse("");
    if (username.isEmpty() != password.isEmpty()) {
      throw new ParameterException(
          MODULE, username.isEmpty() ? USERNAME : PASSWORD, "not set, but the other one is");
    }
    if (!username.chars().allMatch(c -> c >= ' ' && c != 0x7f && c != '"' && c != '\\')) {
      throw new ParameterException(MODULE, USERNAME, "has a quote or a control character");
    }
    return username.isEmpty() ? Optional.empty() : Optional.of(new Credentials(username, password));
  }

  private static FeedMode feedMode(final Parameters given) {
    final long mode = given.integer(FEED_MODE, 0);
    return FeedMode.of(mode)
        .orElseThrow(
            () ->
                new ParameterException(
                    MODULE,
                    FEED_MODE,
                    mode
                        + " is none of 0 (off), 1 (into module presence), 2 (into module pa), 3"
                        + " (by PUBLISH)"));
  }

  private static Optional<String> feedProxy(final Parameters given) {
    final Optional<String> proxy = proxy(given, FEED_PROXY);
    if (feedMode(given) == FeedMode.PUBLISH && proxy.isEmpty()) {
      throw new ParameterException(
          MODULE, FEED_PROXY, "feed_mode 3 needs it: where PUBLISH is sent to");
    }
    return proxy;
  }

  /** Whether what is heard may be shown to local watchers. */
  boolean feed() {
    return feedMode != FeedMode.OFF;
  }

  private static List<Pair> always(final Parameters given) {
    final List<Pair> pairs = new ArrayList<>();
    for (final String text : given.strings(SUBSCRIBE)) {
      final String[] words = text.trim().split("\\s+");
      final Optional<String> record =
          words.length == 2 ? NameAddress.uri(words[0]) : Optional.empty();
      final Optional<String> subscriber =
          words.length == 2 ? NameAddress.uri(words[1]) : Optional.empty();
      if (record.isEmpty() || subscriber.isEmpty()) {
        throw new ParameterException(
            MODULE, SUBSCRIBE, "'" + text + "' is not two SIP URIs, \"record subscriber\"");
      }
      pairs.add(new Pair(record.get(), subscriber.get()));
    }
    return List.copyOf(pairs);
  }
}
