// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The benchmark reads and reckons right; what it measures is not tested. */
class BenchArithmeticTest {
  private static final String STAT =
      "4711 (a) S) b (c) S 1 4711 4711 0 -1 4194560 2518 0 0 0 130 45 7 9 20 0 12 0 987654 12345"
          + " 67";

  @Test
  @DisplayName("/proc stat: user and system time and start, whatever the process's name holds")
  void procStat() {
    final ProcStat stat = ProcStat.parse(STAT.replace("(a) S) b (c)", "(a) S 9 9) b (c)"));
    assertThat(stat.cpuTicks()).as("own time, not that of ended children").isEqualTo(175);
    assertThat(stat.cpuMicros()).isEqualTo(1_750_000);
    assertThat(stat.startNanos()).isEqualTo(9_876_540_000_000L);
    assertThat(ProcStat.parse(STAT)).isEqualTo(stat);
  }

  @Test
  @DisplayName("/proc stat: a line cut short is refused")
  void procStatCut() {
    assertThatThrownBy(() -> ProcStat.parse("4711 (kamailio) S 1 2 3"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProcStat.parse("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("/proc stat of this process: CPU time grows with work")
  void procStatLive() {
    final long pid = ProcessHandle.current().pid();
    final long before = ProcStat.of(pid).cpuTicks();
    final long limit = System.nanoTime() + 10_000_000_000L;
    while (ProcStat.of(pid).cpuTicks() == before) {
      assertThat(System.nanoTime()).as("still no tick").isLessThan(limit);
    }
    assertThat(ProcStat.of(pid).startTicks()).isPositive();
  }

  @Test
  @DisplayName("CPU use: each side is subtracted on its own")
  void cpuUse() {
    assertThat(new CpuUse(500, 300).minus(new CpuUse(120, 50))).isEqualTo(new CpuUse(380, 250));
  }

  @Test
  @DisplayName("smaps_rollup: Rss and Pss, not their neighbours")
  void memoryMap() {
    final String rollup =
        """
        55d0c0000000-7ffd00000000 ---p 00000000 00:00 0    [rollup]
        Rss:               70420 kB
        Pss:               54011 kB
        Pss_Dirty:         40000 kB
        SwapPss:               0 kB
        """;
    assertThat(MemoryMap.parse(rollup)).isEqualTo(new MemoryMap(70_420, 54_011));
    assertThatThrownBy(() -> MemoryMap.parse("Rss: 1 kB\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Pss");
  }

  @Test
  @DisplayName("heap: generations are summed, metaspace is not heap")
  void heap() {
    final String serial =
        """
         def new generation   total 9216K, used 1000K [0x01, 0x02, 0x03)
          eden space 8192K,  12% used [0x01, 0x02, 0x03)
         tenured generation   total 10240K, used 2500K [0x01, 0x02, 0x03)
           the space 10240K,  24% used [0x01, 0x02, 0x03, 0x04)
         Metaspace       used 9000K, committed 9300K, reserved 1114112K
        """;
    assertThat(HeapUse.parse(serial)).hasValue(3_500);
    assertThat(HeapUse.parse(" garbage-first heap   total 262144K, used 4096K [0x01, 0x02)"))
        .hasValue(4_096);
    assertThat(HeapUse.parse(" ZHeap           used 70M, capacity 256M, max capacity 5120M"))
        .hasValue(71_680);
    assertThat(HeapUse.parse("4711:\ncom.sun.tools.attach.AttachNotSupportedException")).isEmpty();
  }

  @Test
  @DisplayName("pauses are read from the JVM's log of safepoints")
  void safepoints() {
    assertThat(
            SafepointLog.pauses(
                Stream.of(
                    "Safepoint \"G1CollectForAllocation\", Time since last: 2017403 ns, Reaching"
                        + " safepoint: 76893 ns, Cleanup: 14312 ns, At safepoint: 7408795 ns,"
                        + " Total: 7500000 ns",
                    "Application time: 0.0020174 seconds",
                    "Safepoint \"ICBufferFull\", Time since last: 1 ns, Reaching safepoint: 2 ns,"
                        + " Cleanup: 3 ns, At safepoint: 4 ns, Total: 250000 ns")))
        .containsExactly(7.5, 0.25);
  }

  @Test
  @DisplayName("quantiles: nearest rank, and the usual median")
  void quantiles() {
    final Quantiles four = Quantiles.of(List.of(4, 1, 3, 2));
    assertThat(four.median()).isEqualTo(2.5);
    assertThat(four.at(0.5)).isEqualTo(2);
    assertThat(four.at(0.99)).isEqualTo(4);
    assertThat(four.at(0)).isEqualTo(1);
    assertThat(Quantiles.of(List.of(7.5)).median()).isEqualTo(7.5);
    assertThatThrownBy(() -> Quantiles.of(List.<Integer>of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("PUBLISHes: records, retransmissions, the busiest second wherever it begins")
  void publishTally() {
    final long[] now = {0};
    final PublishTally tally = new PublishTally(() -> now[0]);
    assertThat(tally.mostInOneSecond()).isZero();
    assertThat(tally.spanNanos()).isZero();
    final long[] millis = {0, 900, 1_500, 1_899, 1_900, 5_000};
    for (int i = 0; i < millis.length; i++) {
      now[0] = millis[i] * 1_000_000;
      tally.arrived("branch" + i, "user" + i % 4);
    }
    now[0] = 9_000_000_000L;
    tally.arrived("branch0", "user0");
    assertThat(tally.records()).isEqualTo(4);
    assertThat(tally.retransmissions()).isEqualTo(1);
    assertThat(tally.mostInOneSecond()).as("900 to 1,899 ms").isEqualTo(3);
    assertThat(tally.spanNanos()).isEqualTo(5_000_000_000L);
  }
}
