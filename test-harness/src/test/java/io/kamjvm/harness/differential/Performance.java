// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.differential.DeclaredDeviation.Difference;
import io.kamjvm.harness.differential.DeclaredDeviation.Side;
import io.kamjvm.harness.differential.Scenario.Hears;
import io.kamjvm.harness.differential.Scenario.Step;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One scenario against one Kamailio. A step is over when every NOTIFY came that the scenario, or a
 * deviation that it declares for this side, expects; whatever comes beyond is in the transcript.
 */
final class Performance {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofMillis(500);
  private static final Duration WRITTEN_BACK = Duration.ofMillis(2200);
  private static final Duration SETTLE = Duration.ofMillis(400);

  private final Scenario scenario;
  private final Server server;
  private final Side side;
  private final Cast cast;
  private final Placeholders placeholders = new Placeholders();
  private final Scribe scribe = new Scribe(placeholders);
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Integer> expected = new HashMap<>();

  private Performance(
      final Scenario scenario, final Server server, final Side side, final Cast cast) {
    this.scenario = scenario;
    this.server = server;
    this.side = side;
    this.cast = cast;
  }

  /**
   * Plays a scenario.
   *
   * @param number makes its users different from those of all others
   */
  static Transcript play(
      final Scenario scenario, final Server server, final Side side, final String number) {
    try (Cast cast = new Cast(number, server.port())) {
      return new Performance(scenario, server, side, cast).play();
    }
  }

  private Transcript play() {
    for (final Step step : scenario.steps()) {
      act(step);
      if (!hear(step)) {
        break; /* what follows would only fail for the same reason */
      }
    }
    pause(SETTLE);
    collect(0);
    cast.hideIn(placeholders);
    return new Transcript(scribe.entries(), List.copyOf(failures));
  }

  private void act(final Step step) {
    final Action action = step.action();
    if (action instanceof Action.Request request) {
      request(step, request);
    } else if (action instanceof Action.Repeat repeat) {
      final Phone phone = cast.phone(repeat.who());
      phone.send(phone.lastRequest());
      final List<SipMessage> replies = replies(step, phone, phone.lastRequest(), repeat.code());
      scribe.replies(step.line(), repeat.who(), replies, Optional.empty(), List.of());
    } else if (action instanceof Action.Answers answers) {
      cast.phone(answers.who()).answerWith(answers.code());
    } else if (action instanceof Action.UsesTcp uses) {
      cast.usesTcp(uses.who());
    } else if (action instanceof Action.Rows rows) {
      rows(step, rows);
    } else if (action instanceof Action.Rpc rpc) {
      rpc(step, rpc);
    } else if (action instanceof Action.Call call) {
      call(step, call);
    } else if (action instanceof Action.Log log) {
      log(step, log);
    } else if (action instanceof Action.Sql sql) {
      server.database().execute(cast.expand(sql.statement()));
    } else if (action instanceof Action.Restart) {
      server.restart();
    } else if (action instanceof Action.Pause pause) {
      pause(pause.time());
    }
  }

  /* --- requests --- */

  private void request(final Step step, final Action.Request request) {
    final Phone phone = cast.phone(request.who());
    if (request.fresh()) {
      phone.forgetDialog();
      phone.entityTag("");
    }
    SipMessage busy = null;
    for (int attempt = 0; attempt < 5; attempt++) {
      final RequestDraft draft = new RequestWriter(cast).draft(phone, request);
      final String token = RequestDraft.token();
      draft.header("X-Step", token);
      final long mark = server.kamailio().log().mark();
      phone.send(draft.text());
      final List<SipMessage> replies = replies(step, phone, draft.text(), request.code());
      if (!replies.isEmpty() && Patience.busySeconds(replies.get(0)) > 0) {
        busy = replies.get(0);
        pause(Duration.ofSeconds(Patience.busySeconds(busy)));
        continue;
      }
      cast.nameRequest(placeholders, phone, draft, step.line());
      final Optional<String> returned =
          request.handled() ? Optional.of(returned(token, mark)) : Optional.empty();
      scribe.replies(step.line(), request.who(), replies, returned, shown(token, mark));
      follow(phone, request, replies);
      check(step, request, replies, returned);
      return;
    }
    failures.add("line " + step.line() + ": busy all the time: " + busy);
  }

  private void follow(
      final Phone phone, final Action.Request request, final List<SipMessage> replies) {
    if (request.method().equals("SUBSCRIBE")) {
      scribe.sent(phone.callId(), phone.cseq());
    }
    if (replies.isEmpty() || replies.get(0).code() / 100 != 2) {
      return;
    }
    if (request.method().equals("SUBSCRIBE")) {
      phone.subscribed(replies.get(0));
    } else {
      phone.entityTag(replies.get(0).header("SIP-ETag").orElse(""));
    }
  }

  private void check(
      final Step step,
      final Action.Request request,
      final List<SipMessage> replies,
      final Optional<String> returned) {
    if (side == Side.STOCK) {
      return; /* stock is what ours is compared with */
    }
    final int code = replies.isEmpty() ? 0 : replies.get(0).code();
    if (code != request.code()) {
      failures.add("line " + step.line() + ": " + request.code() + " expected, but " + code);
    }
    if (request.returns().isPresent() && !request.returns().equals(returned)) {
      failures.add(
          "line " + step.line() + ": must return " + request.returns().get() + ", not " + returned);
    }
  }

  private List<SipMessage> replies(
      final Step step, final Phone phone, final String text, final int code) {
    final boolean none =
        differences(step).stream()
            .anyMatch(difference -> difference.covers(side, phone.name(), "no reply"));
    final boolean silent = side == Side.OURS ? code == 0 : none;
    final String branch = text.replaceFirst("(?s).*?branch=", "").replaceFirst("(?s)[\r;].*", "");
    final List<SipMessage> replies = phone.awaitReplies(branch, silent ? SILENCE : LIMIT);
    replies.stream()
        .flatMap(reply -> reply.toTag().stream())
        .forEach(tag -> placeholders.name(tag, "[tag@" + step.line() + "]"));
    return replies;
  }

  /* the script logs what the function returned, as its last deed */
  private String returned(final String token, final long mark) {
    final KamailioProcess kamailio = server.kamailio();
    final String line = "HANDLED " + token + " rc=";
    return Await.holdsWithin(
            Duration.ofSeconds(5), () -> !kamailio.log().matching(line, mark).isEmpty())
        ? kamailio.log().matching(line, mark).get(0).replaceFirst(".*rc=", "")
        : "nothing";
  }

  private List<String> shown(final String token, final long mark) {
    return server.kamailio().log().matching("SHOWN " + token + " ", mark).stream()
        .map(line -> line.replaceFirst(".*SHOWN " + token + " ", ""))
        .toList();
  }

  /* --- the rest --- */

  private void rows(final Step step, final Action.Rows rows) {
    final int count = rows.count() + only(step, "database", "row of " + rows.table());
    final String where = rows.where().isEmpty() ? "" : " AND " + cast.expand(rows.where());
    final String query = "SELECT * FROM " + rows.table() + " WHERE " + mine(rows.table()) + where;
    final Supplier<List<Map<String, String>>> read =
        () -> server.rows(query + " ORDER BY " + order(rows.table()));
    final boolean came = Await.holdsWithin(LIMIT, () -> read.get().size() == count);
    if (came && rows.settled()) {
      settle(read);
    }
    read.get().forEach(row -> scribe.row(step.line(), rows.table(), row));
    if (!came) {
      failures.add("line " + step.line() + ": there are not " + count + " such rows");
    }
  }

  private static void settle(final Supplier<List<Map<String, String>>> read) {
    final long deadline = System.nanoTime() + LIMIT.toNanos();
    List<Map<String, String>> before = List.of();
    while (!read.get().equals(before) && System.nanoTime() - deadline < 0) {
      before = read.get();
      pause(WRITTEN_BACK);
    }
  }

  private String mine(final String table) {
    final String column = table.endsWith("watchers") ? "presentity_uri" : "username";
    return "lower(" + column + ") LIKE '%" + cast.number() + "%'";
  }

  private static String order(final String table) {
    return table.endsWith("watchers") ? "watcher_username, id" : "id";
  }

  private void rpc(final Step step, final Action.Rpc rpc) {
    final String[] words = rpc.words().stream().map(cast::expand).toArray(String[]::new);
    final Kamcmd.Output output = server.kamailio().kamcmd().run(words);
    scribe.output(step.line(), "rpc", records(output.text()));
    if (output.failed() != rpc.fault() && side == Side.OURS) {
      failures.add("line " + step.line() + ": unexpected answer: " + output.text());
    }
  }

  /* a list has records in braces; those of other scenarios do not count */
  private List<String> records(final String text) {
    if (!text.startsWith("{")) {
      return text.strip().lines().map(String::strip).toList();
    }
    return Arrays.stream(text.split("(?m)^\\}\\s*"))
        .filter(record -> record.contains(cast.number()))
        .sorted()
        .flatMap(record -> (record + "}").lines())
        .map(String::strip)
        .toList();
  }

  private void call(final Step step, final Action.Call call) {
    final Phone phone = cast.phone("script");
    final RequestDraft draft =
        phone.request("INFO", phone.uri()).header("X-Function", call.function());
    for (int i = 0; i < call.arguments().size(); i++) {
      draft.header("X-Arg" + (i + 1), cast.expand(call.arguments().get(i)));
    }
    phone.send(draft.text());
    final List<SipMessage> replies = replies(step, phone, draft.text(), 200);
    final String returned =
        replies.stream()
            .flatMap(reply -> reply.header("X-Retcode").stream())
            .findFirst()
            .orElse("no answer");
    scribe.output(step.line(), "script", List.of("returned " + returned));
    if (side == Side.OURS && !returned.equals(call.returns())) {
      failures.add("line " + step.line() + ": " + call.returns() + " expected, not " + returned);
    }
  }

  private void log(final Step step, final Action.Log log) {
    final String regex = cast.expand(log.regex());
    final int count = log.count() + only(step, "log", "*");
    final boolean came =
        Await.holdsWithin(LIMIT, () -> server.kamailio().log().matching(regex).size() >= count);
    scribe.output(
        step.line(),
        "log",
        server.kamailio().log().matching(regex).stream()
            .map(line -> line.replaceFirst("^.*?(" + regex + ").*$", "$1"))
            .toList());
    if (!came) {
      failures.add("line " + step.line() + ": there are not " + count + " such lines");
    }
  }

  /* --- hearing --- */

  private boolean hear(final Step step) {
    for (final Hears hears : step.hears()) {
      expected.merge(hears.who(), 1, Integer::sum);
    }
    for (final Difference difference : differences(step)) {
      if (difference.whole()
          && difference.side() == side
          && difference.pattern().startsWith("NOTIFY")) {
        expected.merge(difference.who(), 1, Integer::sum);
      }
    }
    for (final Map.Entry<String, Integer> entry : expected.entrySet()) {
      final Phone phone = cast.phone(entry.getKey());
      if (!phone.awaitRequests(entry.getValue(), LIMIT)) {
        failures.add(
            "line %d: %s heard %d requests so far, %d are expected"
                .formatted(step.line(), phone.name(), phone.heard(), entry.getValue()));
        collect(step.line());
        return false;
      }
    }
    final Map<String, List<SipMessage>> heard = collect(step.line());
    if (side == Side.OURS) {
      step.hears().stream()
          .collect(Collectors.groupingBy(Hears::who))
          .forEach((who, wanted) -> compare(step, wanted, heard.getOrDefault(who, List.of())));
    }
    return true;
  }

  private void compare(final Step step, final List<Hears> wanted, final List<SipMessage> requests) {
    int next = 0;
    for (final SipMessage request : requests) {
      if (next < wanted.size() && matches(wanted.get(next), request)) {
        next++;
      }
    }
    if (next < wanted.size()) {
      final Hears missing = wanted.get(next);
      failures.add(
          "line %d: %s heard no NOTIFY %s %s, but%n%s"
              .formatted(
                  step.line(), missing.who(), missing.state(), missing.containing(), requests));
    }
  }

  private boolean matches(final Hears wanted, final SipMessage request) {
    return request.method().equals("NOTIFY")
        && request.header("Subscription-State").orElse("").startsWith(wanted.state())
        && request.body().contains(cast.expand(wanted.containing()));
  }

  private Map<String, List<SipMessage>> collect(final int line) {
    final Map<String, List<SipMessage>> heard = new HashMap<>();
    for (final Phone phone : cast.phones()) {
      final List<SipMessage> requests = phone.takeRequests();
      requests.forEach(request -> scribe.heard(line, phone.name(), request));
      heard.put(phone.name(), requests);
    }
    return heard;
  }

  private List<Difference> differences(final Step step) {
    if (server.modules() == ModuleSet.STOCK && side == Side.OURS) {
      return List.of();
    }
    return step.deviations().stream()
        .flatMap(deviation -> deviation.differences().stream())
        .toList();
  }

  private int only(final Step step, final String who, final String what) {
    return (int)
        differences(step).stream()
            .filter(difference -> difference.whole() && difference.side() == side)
            .filter(difference -> difference.who().equals(who))
            .filter(difference -> what.equals("*") || difference.covers(side, who, what))
            .count();
  }

  private static void pause(final Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
