// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.pidf.PidfAuthority;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Rules documents, each with what it says about watchers and with what it leaves of {@code
 * full.pidf.xml}. A file: a title, lines of expectations, {@code ---}, the document.
 *
 * <pre>
 * sip:bo@lab.example [in SPHERE] [at TIME] -> allow | block | polite-block | confirm | undecided | unusable
 * hides nothing | PATH ...
 * </pre>
 *
 * <p>A path is {@code part#id}, {@code part#id/element} or {@code part#id/element@attribute}; it is
 * about the watcher of the first line. Everything that is not hidden must stay.
 */
class RulesCorpusTest {
  private static final Pattern JUDGED =
      Pattern.compile("(\\S+)(?: in (\\S+))?(?: at (\\S+))? -> (\\S+)");

  private final AtomicLong now = new AtomicLong(1_767_000_000L);
  private final PidfPackage pidf =
      new PidfPackage(
          new PidfSettings(3600, false, Optional.empty()),
          Optional.of(
              new PidfAuthority(
                  () -> {
                    throw new IllegalStateException("nobody fetches");
                  },
                  "probation",
                  now::get)));

  @TestFactory
  @DisplayName("PKG-030 PKG-032 PKG-033 PKG-039 PKG-040 PKG-041 PKG-042 the corpus of rules")
  Stream<DynamicTest> corpus() throws IOException, URISyntaxException {
    final Path directory = Path.of(RulesCorpusTest.class.getResource("full.pidf.xml").toURI());
    try (Stream<Path> files = Files.list(directory.getParent())) {
      final List<Path> cases = files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
      assertThat(cases).hasSizeGreaterThan(60);
      return cases.stream()
          .map(RulesCorpusTest::read)
          .map(c -> DynamicTest.dynamicTest(c.get(0).substring(2), () -> check(c)));
    }
  }

  private static List<String> read(final Path file) {
    try {
      return Files.readAllLines(file);
    } catch (final IOException e) {
      throw new AssertionError(e);
    }
  }

  private void check(final List<String> lines) throws Exception {
    final int end = lines.indexOf("---");
    final Ruleset ruleset =
        new RulesetParser()
            .parse(
                String.join("\n", lines.subList(end + 1, lines.size()))
                    .getBytes(StandardCharsets.UTF_8));
    assertThat(end).isGreaterThan(1);
    for (final String line : lines.subList(1, end)) {
      final Matcher judged = JUDGED.matcher(line);
      if (judged.matches()) {
        judged(line, judged, ruleset);
      } else {
        assertThat(line).startsWith("hides ");
        final String watcher = lines.get(1).substring(0, lines.get(1).indexOf(' '));
        final String[] hidden = line.substring("hides ".length()).split(" ");
        hidden(watcher, ruleset, hidden[0].equals("nothing") ? new String[0] : hidden);
      }
    }
  }

  private void judged(final String line, final Matcher expected, final Ruleset ruleset) {
    Optional.ofNullable(expected.group(3))
        .ifPresent(time -> now.set(Instant.parse(time).getEpochSecond()));
    final Watcher watcher = watcher(expected.group(1), ruleset, expected.group(2));
    if (expected.group(4).equals("unusable")) {
      assertThatThrownBy(() -> pidf.authorize(watcher))
          .as(line)
          .isInstanceOf(UnusableRulesException.class);
    } else {
      final Verdict verdict = pidf.authorize(watcher);
      assertThat(verdict.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .as(line)
          .isEqualTo(expected.group(4));
    }
  }

  private static Watcher watcher(final String uri, final Rules rules, final String sphere) {
    return new Watcher(
        "sip:ann@lab.example",
        uri,
        Optional.empty(),
        Optional.of(rules),
        Optional.ofNullable(sphere),
        0);
  }

  private void hidden(final String watcher, final Ruleset ruleset, final String... paths)
      throws Exception {
    final byte[] full;
    try (InputStream in = RulesCorpusTest.class.getResourceAsStream("full.pidf.xml")) {
      full = in.readAllBytes();
    }
    final byte[] left = pidf.view(full, watcher(watcher, ruleset, null));
    final List<String> before = outline(full);
    before.removeAll(outline(left));
    // of what is gone as a whole only its name counts
    before.removeIf(path -> Stream.of(paths).anyMatch(p -> !p.equals(path) && below(path, p)));
    assertThat(new TreeSet<>(before)).isEqualTo(new TreeSet<>(List.of(paths)));
    if (paths.length == 0) {
      assertThat(left).as("what is not filtered is shared").isSameAs(full);
    }
  }

  private static boolean below(final String path, final String above) {
    return path.startsWith(above) && "/@".indexOf(path.charAt(above.length())) >= 0;
  }

  private static List<String> outline(final byte[] document) throws Exception {
    final List<String> paths = new ArrayList<>();
    outline(new XmlParser().parse(document).root(), "", paths);
    return paths;
  }

  private static void outline(
      final XmlElement element, final String above, final List<String> paths) {
    final boolean part = List.of("tuple", "person", "device").contains(element.localName());
    final String path =
        part
            ? element.localName() + "#" + element.attribute("id").orElseThrow()
            : (above.isEmpty() ? "" : above + "/") + element.localName();
    paths.add(path);
    if (!part) {
      element.attributes().forEach(a -> paths.add(path + "@" + a.localName()));
    }
    for (final XmlNode child : element.children()) {
      if (child instanceof XmlElement inner) {
        outline(inner, path, paths);
      }
    }
  }
}
