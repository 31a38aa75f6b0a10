// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.differential.Action.Body;
import io.kamjvm.harness.differential.DeclaredDeviation.Difference;
import io.kamjvm.harness.differential.Scenario.Hears;
import io.kamjvm.harness.differential.Scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the scenario language. A file is one scenario: a head, then steps. A line that begins at
 * the margin is a step, an indented one belongs to the step above; {@code #} begins a comment line.
 *
 * <pre>
 * title     What the scenario shows, in words
 * kamailio  baseline                    a file in profiles/
 * on        sqlite postgres             where it runs, each in turn; else as the profile says
 * alone                                 with Kamailios that nobody shares
 *
 * alice SUBSCRIBE bob -> 200            who, what, whom; expires 600 unless said
 *   alice hears NOTIFY active           waited for before the next step; more is a difference
 * bob PUBLISH pidf desk open "a note" -> 200
 *   alice hears NOTIFY active containing "a note"
 * alice SUBSCRIBE bob expires 0 -> 200  the dialog goes on by itself, as does the entity tag
 *   alice hears NOTIFY terminated
 * </pre>
 *
 * A participant is a name; {@code alice/desk} is a second device of the user alice, with its own
 * socket, dialog and publication. Participants appear when they are named. Further words of a
 * request: {@code expires N}, {@code expires -} (no such header), {@code event NAME}, {@code fresh}
 * (forget the dialog or tag), {@code pidf TUPLE BASIC [NOTE]}, {@code mwi COUNT}. Further lines:
 *
 * <pre>
 *   with Name: value       replaces the header or adds it
 *   add Name: value        adds another one
 *   without Name
 *   uri sip:somewhere      Request-URI
 *   body type/subtype      and its text in lines that begin with |
 *   returns -1             what the script function must return; none: it is not reached
 * </pre>
 *
 * Other steps:
 *
 * <pre>
 * alice repeats -> 200                  the last request once more, byte by byte
 * alice answers 481                     NOTIFYs, from now on; or: nothing
 * alice uses tcp                        before anything else
 * rows presentity -> 1                  waits for so many rows of this scenario and compares them
 * rows active_watchers settled where expires > {now+60} -> 1     …and until nothing changes
 * rpc presence.presentity_list -> ok    or: fault
 * call pres_has_subscribers {bob.uri} presence -> 1
 * log "NOTIFY-REPLY rs=.*" -> 1         lines of Kamailio's log with this scenario's users
 * sql UPDATE presentity SET …           from outside, in both databases
 * restart                               SIGTERM and start again, same database, same port
 * pause 1500 ms                         when time itself is what matters
 * time passes                           a step that does nothing but hear
 * </pre>
 *
 * {@code {bob}} stands for the user, {@code {bob.uri}}, {@code {bob.contact}}, {@code
 * {bob.address}} (host:port), {@code {bob.upper}}, {@code {bob.tag}}, {@code {bob.remote}} (the
 * server's tag), {@code {bob.call}}, {@code {bob.cseq}} (last one sent), {@code {bob.etag}}; {@code
 * {server}} (host:port); {@code {now}}, {@code {now-60}} (seconds since 1970).
 *
 * <p>Where ours is meant to differ, the step (or, for every step, the head) says so and how; what
 * is not covered is a failure, and so is a declared difference that does not show:
 *
 * <pre>
 *   deviates D-08: nothing changed, so nobody is told
 *     stock only alice NOTIFY*          a whole message, row … that only stock has; first line
 *   deviates row "pure refresh": …      a row of docs/compatibility.md
 *     stock bob | 500 *                 a single line, as the transcript shows it
 *     ours bob | 400 *
 *   deviates open: …                    a fault of ours; the line goes when it is mended
 * </pre>
 */
final class ScenarioParser {
  private static final Pattern NAME = Pattern.compile("[a-z]+(/[a-z]+)?");
  private static final Pattern HEARS = Pattern.compile(NAME + " hears ");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)\\}");
  private static final Pattern KNOWN =
      Pattern.compile(
          "server|now([+-]\\d+)?|[a-z]+(/[a-z]+)?"
              + "(\\.(uri|contact|address|upper|tag|remote|call|cseq|etag))?");
  private static final Pattern DEVIATES =
      Pattern.compile("deviates (D-\\d\\d|open|row \"[^\"]+\"): (\\S.*)");
  private static final Pattern DIFFERENCE =
      Pattern.compile("(stock|ours) (?:only (\\S+) (\\S.*)|(\\S+) \\| (.*))");

  private final String file;
  private String title = "";
  private String profile = "";
  private List<String> databases = List.of();
  private boolean alone;
  private final List<DeclaredDeviation> everywhere = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private Optional<OpenStep> open = Optional.empty();
  private Optional<OpenDeviation> deviation = Optional.empty();
  private int number;

  private ScenarioParser(final String file) {
    this.file = file;
  }

  /** A step whose indented lines are still to come. */
  private static final class OpenStep {
    private final int line;
    private final String text;
    private Action action;
    private final List<Hears> hears = new ArrayList<>();
    private final List<DeclaredDeviation> deviations = new ArrayList<>();

    OpenStep(final int line, final String text, final Action action) {
      this.line = line;
      this.text = text;
      this.action = action;
    }
  }

  private record OpenDeviation(int line, String id, String why, List<Difference> differences) {}

  /**
   * Reads a file.
   *
   * @throws ScenarioSyntaxException naming file and line
   */
  static Scenario parse(final String file, final String text) {
    return new ScenarioParser(file).read(text);
  }

  private Scenario read(final String text) {
    for (final String line : text.split("\n")) {
      number++;
      final String content = line.strip();
      if (content.isEmpty() || content.startsWith("#")) {
        continue;
      }
      try {
        if (Character.isWhitespace(line.charAt(0))) {
          indented(content);
        } else {
          finishStep();
          margin(content);
        }
        placeholders(content);
      } catch (final IllegalArgumentException | NoSuchElementException e) {
        throw new ScenarioSyntaxException(file, number, e.getMessage());
      }
    }
    finishStep();
    if (title.isEmpty() || profile.isEmpty() || steps.isEmpty()) {
      throw new ScenarioSyntaxException(
          file, number, "title, kamailio and at least one step are needed");
    }
    return new Scenario(
        file, title, profile, databases, alone, List.copyOf(everywhere), List.copyOf(steps));
  }

  private void placeholders(final String line) {
    final Matcher matcher = PLACEHOLDER.matcher(line);
    while (matcher.find()) {
      if (!KNOWN.matcher(matcher.group(1)).matches()) {
        throw new IllegalArgumentException("unknown placeholder " + matcher.group());
      }
    }
  }

  private void finishStep() {
    finishDeviation();
    open.ifPresent(
        step ->
            steps.add(
                new Step(
                    step.line,
                    step.text,
                    step.action,
                    List.copyOf(step.hears),
                    List.copyOf(step.deviations))));
    open = Optional.empty();
  }

  private void finishDeviation() {
    if (deviation.isEmpty()) {
      return;
    }
    final OpenDeviation finished = deviation.get();
    if (finished.differences().isEmpty()) {
      throw new ScenarioSyntaxException(
          file, finished.line(), "a deviation says what differs: 'stock …' or 'ours …' below it");
    }
    open.map(step -> step.deviations)
        .orElse(everywhere)
        .add(
            new DeclaredDeviation(
                finished.line(),
                finished.id(),
                finished.why(),
                List.copyOf(finished.differences())));
    deviation = Optional.empty();
  }

  private void margin(final String line) {
    final Words words = new Words(line);
    final String first = words.peek();
    switch (first) {
      case "title" -> title = head(line, "title");
      case "kamailio" -> profile = head(line, "kamailio");
      case "on" -> databases = List.of(head(line, "on").split("\\s+"));
      case "alone" -> alone = true;
      case "deviates" -> {
        if (!steps.isEmpty()) {
          throw new IllegalArgumentException("'deviates' at the margin belongs to the head");
        }
        beginDeviation(line);
      }
      default -> {
        final Action action = StepWords.action(line, words);
        open = Optional.of(new OpenStep(number, line, action));
      }
    }
  }

  private String head(final String line, final String word) {
    final String value = line.substring(word.length()).strip();
    if (value.isEmpty() || !steps.isEmpty()) {
      throw new IllegalArgumentException("'" + word + "' needs a value and belongs to the head");
    }
    return value;
  }

  private void indented(final String line) {
    if (line.startsWith("stock ") || line.startsWith("ours ")) {
      deviation
          .orElseThrow(() -> new IllegalArgumentException("no 'deviates' above this line"))
          .differences()
          .add(difference(line));
      return;
    }
    finishDeviation();
    final OpenStep step =
        open.orElseThrow(() -> new IllegalArgumentException("no step above this line"));
    if (line.startsWith("deviates ")) {
      beginDeviation(line);
    } else if (line.startsWith("| ") || line.equals("|")) {
      step.action = continued(step.action, line.substring(Math.min(2, line.length())));
    } else if (HEARS.matcher(line).lookingAt()) {
      step.hears.add(hears(new Words(line)));
    } else if (step.action instanceof Action.Request request) {
      step.action = StepWords.changed(request, line);
    } else {
      throw new IllegalArgumentException("not understood: " + line);
    }
  }

  private Action continued(final Action action, final String text) {
    if (action instanceof Action.Sql sql) {
      return new Action.Sql(sql.statement() + " " + text);
    }
    if (action instanceof Action.Request request && request.body().isPresent()) {
      final Body body = request.body().get();
      return StepWords.withBody(request, new Body(body.type(), body.text() + text + "\r\n"));
    }
    throw new IllegalArgumentException("'|' continues sql, or follows 'body type/subtype'");
  }

  private void beginDeviation(final String line) {
    final Matcher matcher = DEVIATES.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'deviates D-nn|row \"…\"|open: why' expected");
    }
    deviation =
        Optional.of(
            new OpenDeviation(number, matcher.group(1), matcher.group(2), new ArrayList<>()));
  }

  private Difference difference(final String line) {
    final Matcher matcher = DIFFERENCE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'stock|ours [only] who …' expected");
    }
    final boolean whole = matcher.group(2) != null;
    return new Difference(
        number,
        matcher.group(1).equals("ours")
            ? DeclaredDeviation.Side.OURS
            : DeclaredDeviation.Side.STOCK,
        whole,
        whole ? matcher.group(2) : matcher.group(4),
        whole ? matcher.group(3) : matcher.group(5));
  }

  private static Hears hears(final Words words) {
    final String who = name(words.take("who hears"));
    if (!words.skip("hears") || !words.skip("NOTIFY")) {
      throw new IllegalArgumentException("'who hears NOTIFY state' expected");
    }
    final String state = words.take("active, pending or terminated");
    final String containing = words.skip("containing") ? words.take("the text") : "";
    words.end();
    return new Hears(who, state, containing);
  }

  /** A participant's name. */
  static String name(final String word) {
    if (!NAME.matcher(word).matches()) {
      throw new IllegalArgumentException("not a participant's name: " + word);
    }
    return word;
  }
}
