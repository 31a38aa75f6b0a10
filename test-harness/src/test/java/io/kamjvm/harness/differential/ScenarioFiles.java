// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The scenarios, profiles and the script as they lie in the resources. */
final class ScenarioFiles {
  private final Path directory;

  ScenarioFiles() {
    try {
      this.directory = Path.of(ScenarioFiles.class.getResource("script.cfg").toURI()).getParent();
    } catch (final URISyntaxException e) {
      throw new IllegalStateException("no scenarios", e);
    }
  }

  /** A scenario and where it is written. */
  record Located(Scenario scenario, URI source) {}

  /** The scenarios in whose file names the expression is found, in order of names. */
  List<Located> scenarios(final String regex) {
    final Pattern wanted = Pattern.compile(regex);
    try (Stream<Path> files = Files.list(directory.resolve("scenarios"))) {
      final List<Located> scenarios = new ArrayList<>();
      for (final Path file : files.sorted().toList()) {
        final String name = file.getFileName().toString();
        if (wanted.matcher(name).find()) {
          scenarios.add(new Located(ScenarioParser.parse(name, read(file)), file.toUri()));
        }
      }
      return scenarios;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Profile profile(final String name) {
    return Profile.parse(name, read(directory.resolve("profiles").resolve(name + ".txt")));
  }

  String script() {
    return read(directory.resolve("script.cfg"));
  }

  private static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
