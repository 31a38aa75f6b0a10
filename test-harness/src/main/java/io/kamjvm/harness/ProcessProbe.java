// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks into {@code /proc} for the processes of one Kamailio. They are recognised by a variable in
 * their environment, which every descendant inherits: parent links break when a parent dies, and
 * the engine has a session of its own.
 */
final class ProcessProbe {
  private final byte[] marker;

  /** Looks for {@code NAME=value} in the environment. */
  ProcessProbe(final String marker) {
    this.marker = marker.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The living (no zombies) processes that carry the mark. */
  List<Long> alive() {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::parseLong)
          .filter(this::carriesMark)
          .sorted()
          .toList();
    } catch (final IOException e) {
      throw new IllegalStateException("cannot list /proc", e);
    }
  }

  private boolean carriesMark(final long pid) {
    final byte[] environment = read(pid, "environ").orElse(new byte[0]);
    for (int i = 0; i + marker.length <= environment.length; i++) {
      int j = 0;
      while (j < marker.length && environment[i + j] == marker[j]) {
        j++;
      }
      if (j == marker.length) {
        return true;
      }
    }
    return false;
  }

  /** Parent's pid; 0 when the process is gone. */
  static long parent(final long pid) {
    return read(pid, "stat")
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1])
        .map(Long::parseLong)
        .orElse(0L);
  }

  /** True while the process exists and has not ended (a zombie has). */
  static boolean isAlive(final long pid) {
    return read(pid, "stat")
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .map(stat -> stat.charAt(stat.lastIndexOf(')') + 2) != 'Z')
        .orElse(false);
  }

  /** Resident memory in kB, shared pages divided among their users; 0 when the process is gone. */
  static long residentShareKilobytes(final long pid) {
    return read(pid, "smaps_rollup")
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .flatMap(text -> text.lines().filter(line -> line.startsWith("Pss:")).findFirst())
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .orElse(0L);
  }

  /** Command line for messages. */
  static String describe(final long pid) {
    final String line =
        read(pid, "cmdline")
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' '))
            .orElse("");
    return pid + " (parent " + parent(pid) + ") " + line.strip();
  }

  /** Where a process is, as far as gdb is installed and may look; for messages. */
  static String backtrace(final long pid) {
    try {
      final Process gdb =
          new ProcessBuilder("gdb", "-p", Long.toString(pid), "-batch", "-ex", "bt")
              .redirectErrorStream(true)
              .start();
      try (InputStream output = gdb.getInputStream()) {
        return new String(output.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(line -> "  " + line + "\n")
            .collect(Collectors.joining("", state(pid), ""));
      }
    } catch (final IOException e) {
      return "  (unknown: " + e.getMessage() + ")\n";
    }
  }

  /** Whether SIGSTOP has reached each of its threads, or it is gone. */
  static boolean stopped(final long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads.allMatch(thread -> stat(thread.resolve("stat")).matches("(?s).*\\) T .*"));
    } catch (final IOException e) {
      return true;
    }
  }

  private static String stat(final Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (final IOException e) {
      return ") T (has ended)";
    }
  }

  private static String waits(final long pid) {
    return read(pid, "wchan").map(b -> new String(b, StandardCharsets.ISO_8859_1)).orElse("");
  }

  private static String state(final long pid) {
    return read(pid, "status")
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .orElse("")
        .lines()
        .filter(line -> line.matches("(State|SigPnd|ShdPnd|SigBlk|SigIgn|SigCgt):.*"))
        .map(line -> line.replace('\t', ' '))
        .collect(Collectors.joining(", ", "  ", ", in the kernel at " + waits(pid) + "\n"));
  }

  private static Optional<byte[]> read(final long pid, final String file) {
    try {
      return Optional.of(Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)));
    } catch (final IOException e) {
      return Optional.empty();
    }
  }
}
