// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import io.kamjvm.harness.sip.RawSipPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One real Kamailio on a free loopback port: the distribution's binary with a generated cfg, in a
 * directory of its own. {@link #start} returns when it serves SIP and RPC; {@link #close} stops it
 * and fails when anything of it is left. It is also stopped when the test JVM ends.
 *
 * <p>Starting and stopping belong to one thread; the rest is thread-safe.
 */
public final class KamailioProcess implements AutoCloseable {
  private static final String BINARY = "/usr/sbin/kamailio";
  private static final String MARK = "KAMJVM_HARNESS";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration LEFTOVER_LIMIT = Duration.ofSeconds(5);

  private final KamailioConfig config;
  private final int port;
  private final Path directory;
  private final LogBuffer log = new LogBuffer();
  private final ProcessProbe probe;
  private final Kamcmd kamcmd;
  private final Process main;
  private final long startedNanos;
  private final Thread hook;

  private KamailioProcess(final KamailioConfig config, final int port) throws IOException {
    this.config = config;
    this.port = port;
    this.directory = Files.createTempDirectory("kam");
    final String mark = UUID.randomUUID().toString();
    this.probe = new ProcessProbe(MARK + "=" + mark);
    final Path socket = directory.resolve("kamailio_ctl");
    this.kamcmd = new Kamcmd(socket);
    final Path cfg = directory.resolve("kamailio.cfg");
    Files.writeString(cfg, config.render(port, socket));
    final ProcessBuilder builder = new ProcessBuilder(commandLine(cfg));
    builder.directory(directory.toFile()).redirectErrorStream(true).environment().put(MARK, mark);
    this.startedNanos = System.nanoTime();
    this.main = builder.start();
    this.hook = new Thread(this::remove, "kamailio-stop");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (final IllegalStateException e) {
      // the JVM is ending: nobody else would end what has just been started
      remove();
      throw e;
    }
    final Thread reader = new Thread(() -> collect(main.getInputStream()), "kamailio-log");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts Kamailio and waits until it answers an OPTIONS and an RPC.
   *
   * @throws KamailioStartException when it ends or stays silent; nothing is left running then
   */
  public static KamailioProcess start(final KamailioConfig config) {
    return start(config, FreePort.udpAndTcp());
  }

  /** As {@link #start(KamailioConfig)} on a given port, for a restart that peers can see. */
  public static KamailioProcess start(final KamailioConfig config, final int port) {
    try {
      final KamailioProcess kamailio = new KamailioProcess(config, port);
      kamailio.awaitReady();
      return kamailio;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> commandLine(final Path cfg) {
    final List<String> line = new ArrayList<>(config.launcher());
    line.addAll(List.of(BINARY, "-f", cfg.toString(), "-DD", "-E"));
    line.addAll(List.of("-m", Integer.toString(config.sharedMegabytes()), "-M", "8"));
    line.addAll(List.of("-P", directory.resolve("pid").toString()));
    line.addAll(List.of("-Y", directory.toString(), "-w", directory.toString()));
    line.addAll(config.arguments(port));
    return line;
  }

  private void collect(final InputStream stream) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.ISO_8859_1))) {
      String line = reader.readLine();
      while (line != null) {
        log.add(line);
        line = reader.readLine();
      }
    } catch (final IOException e) {
      log.add("(log ended: " + e.getMessage() + ")");
    }
  }

  private void awaitReady() {
    try (RawSipPeer peer = RawSipPeer.udp(port)) {
      final boolean ready =
          Await.holdsWithin(
              config.startLimit(),
              () ->
                  !main.isAlive()
                      || (peer.answersOptions(Duration.ofMillis(100))
                          && !kamcmd.run("core.version").failed()));
      if (ready && main.isAlive()) {
        return;
      }
    }
    final int exitCode = main.isAlive() ? -1 : main.exitValue();
    final List<String> left = exitCode == -1 ? List.of() : awaitNoneLeft(LEFTOVER_LIMIT);
    discard();
    throw new KamailioStartException(
        exitCode == -1 ? "Kamailio does not serve" : "Kamailio ended with code " + exitCode,
        exitCode,
        log,
        left);
  }

  /** SIP port, UDP and TCP, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** What it logged. */
  public LogBuffer log() {
    return log;
  }

  /** Its RPC interface. */
  public Kamcmd kamcmd() {
    return kamcmd;
  }

  /** Its working directory, removed when it is stopped. */
  public Path directory() {
    return directory;
  }

  /** Pid of Kamailio's main process. */
  public long mainPid() {
    return main.pid();
  }

  /** When its main process was created, on the clock of {@link System#nanoTime}. */
  public long startedNanos() {
    return startedNanos;
  }

  /** Every living process of this Kamailio. */
  public List<Long> pids() {
    return probe.alive();
  }

  /** Pids of the processes whose name in {@code core.psx} contains the text. */
  public List<Long> pids(final String title) {
    final Kamcmd.Output processes = kamcmd.run("core.psx");
    final List<String> pids = processes.field("PID");
    final List<String> titles = processes.field("DSC");
    final List<Long> found = new ArrayList<>();
    for (int i = 0; i < titles.size(); i++) {
      if (titles.get(i).contains(title)) {
        found.add(Long.parseLong(pids.get(i)));
      }
    }
    return found;
  }

  /**
   * The engine: the one process that Kamailio does not know, forked by a process of Kamailio's.
   * Empty while it is being restarted.
   */
  public Optional<Long> engine() {
    final List<Long> known =
        kamcmd.run("core.psx").field("PID").stream().map(Long::parseLong).toList();
    return probe.alive().stream()
        .filter(pid -> !known.contains(pid) && known.contains(ProcessProbe.parent(pid)))
        .filter(pid -> ProcessProbe.parent(pid) != mainPid())
        .findFirst();
  }

  /** Sum of the resident memory of all its processes, in kB; shared pages count once. */
  public long residentKilobytes() {
    return pids().stream().mapToLong(ProcessProbe::residentShareKilobytes).sum();
  }

  /** Resident memory process by process, for messages. */
  public String memory() {
    return pids().stream()
        .map(pid -> ProcessProbe.residentShareKilobytes(pid) + " kB: " + ProcessProbe.describe(pid))
        .collect(Collectors.joining("\n  ", "\n  ", ""));
  }

  /** Kills main with SIGKILL; what becomes of the others is to be looked at. */
  public void kill9() {
    Signal.KILL.send(main.pid());
  }

  /** Waits until no process is left; returns descriptions of those that stay. */
  public List<String> awaitNoneLeft(final Duration limit) {
    if (Await.holdsWithin(limit, () -> probe.alive().isEmpty())) {
      return List.of();
    }
    return probe.alive().stream().map(ProcessProbe::describe).toList();
  }

  /**
   * Stops Kamailio as an operator does and removes its directory.
   *
   * @return exit code of main
   * @throws AssertionError when it does not end, or a process of it stays
   */
  public int stop() {
    try {
      Signal.TERM.send(main.pid());
      if (!main.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        // a child that the signal meets before its first instructions, because it was forked just
        // now and the machine is busy, takes itself for main and goes on: main waits for ever
        probe.alive().stream().filter(pid -> pid != main.pid()).forEach(Signal.TERM::send);
      }
      final boolean ended = main.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      final List<String> left =
          ended
              ? awaitNoneLeft(LEFTOVER_LIMIT)
              : probe.alive().stream()
                  .map(pid -> ProcessProbe.describe(pid) + "\n" + ProcessProbe.backtrace(pid))
                  .toList();
      if (!left.isEmpty()) {
        throw new AssertionError(
            "left behind: " + String.join("\n  ", left) + "\nlog ends with\n" + log.tail(40));
      }
      return main.exitValue();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while stopping Kamailio", e);
    } finally {
      discard();
    }
  }

  /** Stops it unless it has ended already. */
  @Override
  public void close() {
    if (main.isAlive()) {
      stop();
    } else {
      discard();
    }
  }

  private void discard() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (final IllegalStateException e) {
      return; /* the JVM is ending; the hook does this work */
    }
    remove();
  }

  private void remove() {
    killAll();
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(KamailioProcess::delete);
    } catch (final IOException e) {
      log.add("(directory stays: " + e.getMessage() + ")");
    }
  }

  private void killAll() {
    if (main.isAlive()) {
      Signal.KILL.send(main.pid());
    }
    probe.alive().forEach(Signal.KILL::send);
  }

  private static void delete(final Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
