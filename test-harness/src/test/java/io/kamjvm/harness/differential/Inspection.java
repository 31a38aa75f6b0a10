// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.differential.DeclaredDeviation.Side;
import io.kamjvm.harness.differential.Scenario.Step;
import io.kamjvm.harness.sip.RequestDraft;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks at one Kamailio from the sides that are not SIP: tables, commands, script functions, log.
 * Rows and lines are waited for.
 */
final class Inspection {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration WRITTEN_BACK = Duration.ofMillis(2200);

  private final Server server;
  private final Side side;
  private final Cast cast;
  private final Scribe scribe;
  private final List<String> failures;

  Inspection(
      final Server server,
      final Side side,
      final Cast cast,
      final Scribe scribe,
      final List<String> failures) {
    this.server = server;
    this.side = side;
    this.cast = cast;
    this.scribe = scribe;
    this.failures = failures;
  }

  /** Does what the step says, if it is about one of these sides. */
  void act(final Step step) {
    final Action action = step.action();
    if (action instanceof Action.Rows rows) {
      rows(step, rows);
    } else if (action instanceof Action.Rpc rpc) {
      rpc(step, rpc);
    } else if (action instanceof Action.Call call) {
      call(step, call);
    } else if (action instanceof Action.Log log) {
      log(step, log);
    } else if (action instanceof Action.Sql sql) {
      server.database().execute(cast.expand(sql.statement()));
    }
  }

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
    final String returned = returned(call);
    scribe.output(step.line(), "script", List.of("returned " + returned));
    if (side == Side.OURS && !returned.equals(call.returns())) {
      failures.add("line " + step.line() + ": " + call.returns() + " expected, not " + returned);
    }
  }

  private String returned(final Action.Call call) {
    final Phone phone = cast.phone("script");
    final RequestDraft draft =
        phone.request("INFO", phone.uri()).header("X-Function", call.function());
    for (int i = 0; i < call.arguments().size(); i++) {
      draft.header("X-Arg" + (i + 1), cast.expand(call.arguments().get(i)));
    }
    phone.send(draft.text());
    return phone.awaitReplies(Phone.branch(draft.text()), LIMIT).stream()
        .flatMap(reply -> reply.header("X-Retcode").stream())
        .findFirst()
        .orElse("no answer");
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

  private int only(final Step step, final String who, final String what) {
    return (int)
        step.deviations().stream()
            .flatMap(deviation -> deviation.differences().stream())
            .filter(difference -> difference.whole() && difference.side() == side)
            .filter(difference -> difference.who().equals(who))
            .filter(difference -> what.equals("*") || difference.covers(side, who, what))
            .count();
  }

  /** Lets time go by. */
  static void pause(final Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
