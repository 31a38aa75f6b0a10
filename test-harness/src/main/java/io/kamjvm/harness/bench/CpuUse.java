// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.KamailioProcess;
import java.util.List;

/**
 * CPU time that a Kamailio has used, user and system.
 *
 * @param kamailioMicros all processes but the engine, in microseconds
 * @param engineMicros the engine with all its threads, in microseconds
 */
record CpuUse(long kamailioMicros, long engineMicros) {

  /** Reads the processes of one Kamailio, which must stay the same between two readings. */
  static final class Meter {
    private final long engine;
    private final List<Long> others;

    Meter(final KamailioProcess kamailio) {
      this.engine = kamailio.engine().orElseThrow(() -> new IllegalStateException("no engine"));
      this.others = kamailio.pids().stream().filter(pid -> pid != engine).toList();
    }

    CpuUse read() {
      return new CpuUse(
          others.stream().mapToLong(pid -> ProcStat.of(pid).cpuMicros()).sum(),
          ProcStat.of(engine).cpuMicros());
    }
  }

  CpuUse minus(final CpuUse other) {
    return new CpuUse(kamailioMicros - other.kamailioMicros, engineMicros - other.engineMicros);
  }
}
