// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Reads what one Kamailio and its database use while a load is measured. One thread. */
final class UsageMeter implements LoadGenerator.Witness {
  private static final double KILO = 1024;

  private final KamailioProcess kamailio;
  private final OptionalLong engine;
  private final List<Long> others;
  private final OptionalLong database;
  private Times before = new Times(0, 0, 0);
  private Times after = before;
  private long dropsBefore;

  /**
   * For processes that stay the same during the measurement.
   *
   * @param database pid of the database server's main process, whose children work for it
   */
  UsageMeter(final KamailioProcess kamailio, final OptionalLong database) {
    this.kamailio = kamailio;
    this.engine = kamailio.engine().map(OptionalLong::of).orElse(OptionalLong.empty());
    this.others =
        kamailio.pids().stream()
            .filter(pid -> engine.isEmpty() || pid != engine.getAsLong())
            .toList();
    this.database = database;
  }

  private record Times(long kamailio, long engine, long database) {}

  private Times times() {
    return new Times(
        others.stream().mapToLong(pid -> ProcStat.of(pid).cpuMicros()).sum(),
        engine.isEmpty() ? 0 : ProcStat.of(engine.getAsLong()).cpuMicros(),
        database.isEmpty() ? 0 : ProcStat.treeMicros(database.getAsLong()));
  }

  @Override
  public void begins() {
    dropsBefore = socketDrops(kamailio.port());
    before = times();
  }

  @Override
  public void ends() {
    after = times();
  }

  /** After the load. */
  Usage usage() {
    return new Usage(
        after.kamailio - before.kamailio,
        after.engine - before.engine,
        after.database - before.database,
        MemoryMap.of(kamailio.pids()).shareKilobytes() / KILO,
        shared(kamailio, "max_used") / KILO / KILO,
        socketDrops(kamailio.port()) - dropsBefore);
  }

  /** A figure of Kamailio's shared memory, in bytes. */
  static double shared(final KamailioProcess kamailio, final String field) {
    return kamailio.kamcmd().run("core.shmmem").field(field).stream()
        .mapToDouble(Double::parseDouble)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("core.shmmem gives no " + field));
  }

  /** Datagrams lost at the UDP socket with this local port, since it was opened. */
  static long socketDrops(final int port) {
    final String local = String.format(Locale.ROOT, ":%04X", port);
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/udp"), StandardCharsets.US_ASCII)) {
      return lines
          .map(line -> line.strip().split(" +"))
          .filter(fields -> fields.length > 2 && fields[1].endsWith(local))
          .mapToLong(fields -> Long.parseLong(fields[fields.length - 1]))
          .sum();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
