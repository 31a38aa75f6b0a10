// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The last lines that a process wrote, searchable while it runs. Thread-safe. Lines are numbered
 * from 0 for the whole life of the process, so that a test can look at what came after a point.
 */
public final class LogBuffer {
  private static final int CAPACITY = 50_000;

  private final ArrayDeque<Line> lines = new ArrayDeque<>();
  private long dropped;

  private record Line(String text, long arrivalNanos) {}

  synchronized void add(final String line) {
    if (lines.size() == CAPACITY) {
      lines.removeFirst();
      dropped++;
    }
    lines.addLast(new Line(line, System.nanoTime()));
    notifyAll();
  }

  /** The number that the next line will get. */
  public synchronized long mark() {
    return dropped + lines.size();
  }

  /** The lines from a mark on, as far as they are still kept. */
  public synchronized List<String> since(final long mark) {
    final long skip = Math.max(0, mark - dropped);
    return lines.stream().skip(skip).map(Line::text).toList();
  }

  /**
   * When the first line from a mark on in which the expression is found was read, on the clock of
   * {@link System#nanoTime}.
   */
  public synchronized OptionalLong arrivalNanos(final String regex, final long mark) {
    final Pattern pattern = Pattern.compile(regex);
    return lines.stream()
        .skip(Math.max(0, mark - dropped))
        .filter(line -> pattern.matcher(line.text()).find())
        .mapToLong(Line::arrivalNanos)
        .findFirst();
  }

  /** The lines in which the expression is found, from a mark on. */
  public List<String> matching(final String regex, final long mark) {
    final Pattern pattern = Pattern.compile(regex);
    return since(mark).stream().filter(line -> pattern.matcher(line).find()).toList();
  }

  /** The lines in which the expression is found. */
  public List<String> matching(final String regex) {
    return matching(regex, 0);
  }

  /**
   * Waits for a line in which the expression is found.
   *
   * @throws AssertionError with the log's tail when there is none in time
   */
  public String await(final String regex, final Duration limit) {
    return await(regex, 0, limit);
  }

  /** As {@link #await(String, Duration)}, looking only at lines from the mark on. */
  public String await(final String regex, final long mark, final Duration limit) {
    final Pattern pattern = Pattern.compile(regex);
    final long deadline = System.nanoTime() + limit.toNanos();
    synchronized (this) {
      while (true) {
        final Optional<String> found =
            since(mark).stream().filter(line -> pattern.matcher(line).find()).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        final long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          throw new AssertionError(
              "no log line with /" + regex + "/ in time; log ends with\n" + tail(40));
        }
        try {
          wait(millis);
        } catch (final InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted while waiting for /" + regex + "/", e);
        }
      }
    }
  }

  /** The last lines, newest last. */
  public synchronized String tail(final int count) {
    return lines.stream()
        .skip(Math.max(0, lines.size() - count))
        .map(Line::text)
        .collect(Collectors.joining("\n"));
  }
}
