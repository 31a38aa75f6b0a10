// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.differential.DeclaredDeviation.Difference;
import io.kamjvm.harness.differential.DeclaredDeviation.Side;
import io.kamjvm.harness.differential.Scenario.Hears;
import io.kamjvm.harness.differential.Scenario.Step;
import io.kamjvm.harness.sip.Patience;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One scenario against one Kamailio. A step is over when every NOTIFY came that the scenario, or a
 * deviation that it declares for this side, expects; whatever comes beyond is in the transcript.
 */
final class Performance {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofMillis(500);
  private static final Duration SETTLE = Duration.ofMillis(400);

  private final Scenario scenario;
  private final Server server;
  private final Side side;
  private final Cast cast;
  private final Placeholders placeholders = new Placeholders();
  private final Scribe scribe = new Scribe(placeholders);
  private final List<String> failures = new ArrayList<>();
  private final Inspection inspection;
  private final Map<String, Integer> expected = new HashMap<>();

  private Performance(
      final Scenario scenario, final Server server, final Side side, final Cast cast) {
    this.scenario = scenario;
    this.server = server;
    this.side = side;
    this.cast = cast;
    this.inspection = new Inspection(server, side, cast, scribe, failures);
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
    } else if (action instanceof Action.Restart) {
      server.restart();
    } else if (action instanceof Action.Pause pause) {
      pause(pause.time());
    } else {
      inspection.act(step);
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
      final int seconds = replies.isEmpty() ? 0 : Patience.busySeconds(replies.get(0));
      if (seconds > 0) {
        busy = replies.get(0);
        pause(Duration.ofSeconds(seconds));
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
    final String branch = Phone.branch(text);
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

  private static List<Difference> differences(final Step step) {
    return step.deviations().stream()
        .flatMap(deviation -> deviation.differences().stream())
        .toList();
  }

  private static void pause(final Duration time) {
    Inspection.pause(time);
  }
}
