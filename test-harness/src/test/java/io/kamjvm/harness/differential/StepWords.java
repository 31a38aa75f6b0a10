// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.differential.Action.Body;
import io.kamjvm.harness.differential.Action.Change;
import io.kamjvm.harness.sip.Documents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The step lines of the scenario language, word by word. */
final class StepWords {
  private static final String DEFAULT_EXPIRES = "600";

  private StepWords() {}

  /** The action of a step line. */
  static Action action(final String line, final Words words) {
    final String first = words.take("a step");
    final Action action =
        switch (first) {
          case "rows" -> rows(words);
          case "rpc" -> {
            final List<String> command = words.untilArrow();
            yield new Action.Rpc(command, oneOf(words.result(), "ok", "fault").equals("fault"));
          }
          case "call" -> {
            final String function = words.take("a function");
            final List<String> arguments = words.untilArrow();
            yield new Action.Call(function, arguments, words.result());
          }
          case "log" -> new Action.Log(words.take("a regular expression"), count(words.result()));
          case "sql" -> {
            words.untilArrow();
            yield new Action.Sql(line.substring("sql".length()).strip());
          }
          case "restart" -> new Action.Restart();
          case "pause" -> pause(words);
          case "time" -> {
            oneOf(words.take("passes"), "passes");
            yield new Action.Pause(Duration.ZERO);
          }
          default -> participant(ScenarioParser.name(first), words);
        };
    words.end();
    return action;
  }

  private static Action rows(final Words words) {
    final String table =
        oneOf(words.take("a table"), "presentity", "active_watchers", "watchers", "xcap");
    final boolean settled = words.skip("settled");
    final String where = words.skip("where") ? String.join(" ", words.untilArrow()) : "";
    return new Action.Rows(table, settled, where, count(words.result()));
  }

  private static Action pause(final Words words) {
    final int amount = count(words.take("how long"));
    final boolean seconds = oneOf(words.take("ms or s"), "ms", "s").equals("s");
    return new Action.Pause(seconds ? Duration.ofSeconds(amount) : Duration.ofMillis(amount));
  }

  private static Action participant(final String who, final Words words) {
    final String verb = words.take("what " + who + " does");
    return switch (verb) {
      case "PUBLISH", "SUBSCRIBE" -> request(who, verb, words);
      case "repeats" -> new Action.Repeat(who, code(words.result()));
      case "answers" -> new Action.Answers(who, code(words.take("a code")));
      case "uses" -> {
        oneOf(words.take("tcp"), "tcp");
        yield new Action.UsesTcp(who);
      }
      default -> throw new IllegalArgumentException("not understood: " + verb);
    };
  }

  private static Action request(final String who, final String method, final Words words) {
    String whom = who.replaceFirst("/.*", "");
    String event = "presence";
    Optional<String> expires = Optional.of(DEFAULT_EXPIRES);
    Optional<Body> body = Optional.empty();
    boolean fresh = false;
    if (method.equals("SUBSCRIBE")) {
      whom = words.take("whom " + who + " watches");
    }
    while (words.more() && !words.peek().equals("->")) {
      final String word = words.take("word");
      switch (word) {
        case "expires" -> {
          final String value = words.take("seconds");
          expires = value.equals("-") ? Optional.empty() : Optional.of(value);
        }
        case "event" -> event = words.take("an event package");
        case "fresh" -> fresh = true;
        case "for" -> whom = words.take("a presentity");
        case "pidf" -> {
          final String tuple = words.take("id of the tuple");
          final String basic = words.take("open or closed");
          final String note = noteFollows(words) ? words.take("a note") : "";
          body = Optional.of(pidf(whom, tuple, basic, note));
        }
        case "mwi" ->
            body =
                Optional.of(
                    new Body(
                        Documents.MWI, Documents.messageSummary(count(words.take("a number")))));
        default -> throw new IllegalArgumentException("not understood: " + word);
      }
    }
    return new Action.Request(
        who,
        method,
        whom,
        event,
        expires,
        fresh,
        body,
        List.of(),
        code(words.result()),
        Optional.empty(),
        true);
  }

  private static boolean noteFollows(final Words words) {
    return words.more()
        && !List.of("->", "expires", "event", "fresh", "for").contains(words.peek());
  }

  private static Body pidf(
      final String whom, final String tuple, final String basic, final String note) {
    final String entity = whom.contains(":") ? whom : "{" + whom + ".uri}";
    return new Body(Documents.PIDF, Documents.pidf(entity, tuple, basic, note));
  }

  /** The request with what an indented line changes. */
  static Action.Request changed(final Action.Request request, final String line) {
    final String[] parts = line.split("\\s+", 2);
    final String rest = parts.length > 1 ? parts[1] : "";
    return switch (parts[0]) {
      case "with" -> plus(request, header(Change.Kind.WITH, rest));
      case "add" -> plus(request, header(Change.Kind.ADD, rest));
      case "without" -> plus(request, new Change(Change.Kind.WITHOUT, rest, ""));
      case "uri" -> plus(request, new Change(Change.Kind.URI, "", rest));
      case "body" -> withBody(request, new Body(rest, ""));
      case "returns" -> returning(request, rest);
      default -> throw new IllegalArgumentException("not understood: " + line);
    };
  }

  private static Change header(final Change.Kind kind, final String text) {
    final int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("'Name: value' expected");
    }
    return new Change(kind, text.substring(0, colon).strip(), text.substring(colon + 1).strip());
  }

  private static Action.Request plus(final Action.Request request, final Change change) {
    final List<Change> changes = new ArrayList<>(request.changes());
    changes.add(change);
    return new Action.Request(
        request.who(),
        request.method(),
        request.whom(),
        request.event(),
        request.expires(),
        request.fresh(),
        request.body(),
        List.copyOf(changes),
        request.code(),
        request.returns(),
        request.handled());
  }

  /** The request with another body. */
  static Action.Request withBody(final Action.Request request, final Body body) {
    return new Action.Request(
        request.who(),
        request.method(),
        request.whom(),
        request.event(),
        request.expires(),
        request.fresh(),
        Optional.of(body),
        request.changes(),
        request.code(),
        request.returns(),
        request.handled());
  }

  private static Action.Request returning(final Action.Request request, final String value) {
    return new Action.Request(
        request.who(),
        request.method(),
        request.whom(),
        request.event(),
        request.expires(),
        request.fresh(),
        request.body(),
        request.changes(),
        request.code(),
        value.equals("none") ? Optional.empty() : Optional.of(value),
        !value.equals("none"));
  }

  private static int code(final String word) {
    return word.equals("nothing") ? 0 : count(word);
  }

  private static int count(final String word) {
    if (!word.matches("\\d{1,6}")) {
      throw new IllegalArgumentException("a number expected, not " + word);
    }
    return Integer.parseInt(word);
  }

  private static String oneOf(final String word, final String... allowed) {
    if (!List.of(allowed).contains(word)) {
      throw new IllegalArgumentException(
          "one of " + String.join(", ", allowed) + " expected, not " + word);
    }
    return word;
  }
}
