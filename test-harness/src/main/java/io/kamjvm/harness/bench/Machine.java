// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the figures depend on: the machine and the versions of what runs on it. */
final class Machine {
  private static final String UNKNOWN = "unknown";

  private Machine() {}

  /** Facts by name, in the order in which they are shown; the engine's are those of this one. */
  static Map<String, String> facts(final KamailioProcess kamailio) {
    final Map<String, String> facts = new LinkedHashMap<>();
    final int cpus = Runtime.getRuntime().availableProcessors();
    facts.put("CPU", value(Path.of("/proc/cpuinfo"), "model name") + ", " + cpus + " visible");
    facts.put("memory", value(Path.of("/proc/meminfo"), "MemTotal"));
    facts.put("kernel", firstLine(Path.of("/proc/sys/kernel/osrelease"), line -> true));
    facts.put("system", value(Path.of("/etc/os-release"), "PRETTY_NAME"));
    facts.put("Kamailio", kamailio.kamcmd().run("core.version").text().strip());
    facts.put("engine's JDK", kamailio.engine().map(Machine::jdk).orElse(UNKNOWN));
    facts.put("load average at the start", firstLine(Path.of("/proc/loadavg"), line -> true));
    return facts;
  }

  /* the JDK whose libjvm the process has loaded */
  private static String jdk(final long pid) {
    final String mapping =
        firstLine(
            Path.of("/proc", Long.toString(pid), "maps"), line -> line.endsWith("/libjvm.so"));
    final int path = mapping.indexOf('/');
    if (path < 0) {
      return UNKNOWN;
    }
    final Path home = Path.of(mapping.substring(path)).getParent().getParent().getParent();
    return value(home.resolve("release"), "JAVA_VERSION")
        + " ("
        + value(home.resolve("release"), "IMPLEMENTOR")
        + ")";
  }

  /** The value in the first line {@code name: value} or {@code name="value"}. */
  private static String value(final Path file, final String name) {
    return firstLine(file, line -> line.matches(name + "\\s*[:=].*"))
        .replaceFirst("^[^:=]*[:=]", "")
        .replace("\"", "")
        .strip();
  }

  private static String firstLine(final Path file, final Predicate<String> wanted) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.filter(wanted).findFirst().orElse(UNKNOWN);
    } catch (final IOException e) {
      return UNKNOWN;
    }
  }
}
