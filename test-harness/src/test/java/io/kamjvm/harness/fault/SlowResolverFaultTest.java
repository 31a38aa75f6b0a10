// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some watchers' names resolve slowly. Kamailio runs in a mount namespace of its own in which the
 * only name server is a socket of the test's that hears and never answers.
 */
@Deviation("resolves in the SIP worker")
@Tag("alone")
class SlowResolverFaultTest {
  private static final String NAME_SERVER = "127.93.7.1";
  private static final String UNSHARE = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

  @TempDir Path directory;

  @Test
  @DisplayName("watchers whose name resolves slowly delay nobody else")
  void othersAreNotDelayed() throws IOException, InterruptedException {
    Scene.requireModules();
    final Path resolver = directory.resolve("resolv.conf");
    Files.writeString(resolver, "nameserver " + NAME_SERVER + "\noptions timeout:2 attempts:2\n");
    assumeTrue(canUnshare(resolver), "a mount namespace needs root");
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .workers(2)
            .global("dns_retr_time=2")
            .global("dns_retr_no=1")
            .launcher(List.of("unshare", "-m", "sh", "-c", UNSHARE, resolver.toString()));
    try (DatagramSocket blackHole = blackHole();
        KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port());
        Heartbeat heartbeat = new Heartbeat(kamailio.port())) {
      Scene.warmUp(peer);
      final String bob = someone("bob");
      final Watch quick = peer.watch(someone("quick"), bob);
      quick.start();
      final List<Watch> slow = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        final Watch watch =
            peer.watch(someone("slow"), bob).contact("sip:slow@host" + i + ".example.com:5070");
        assertThat(within(Duration.ofMillis(1500), () -> watch.subscribe(600).code()))
            .isEqualTo(200);
        slow.add(watch);
      }
      for (int i = 0; i < 3; i++) {
        final String note = "change " + i;
        assertThat(
                within(
                    Duration.ofMillis(1500),
                    () ->
                        peer.publisher(bob)
                            .publish(Documents.pidf(bob, note, "open", note), 600)
                            .code()))
            .isEqualTo(200);
        quick.untilBody(note, Duration.ofMillis(1500));
      }
      assertThat(blackHole.isClosed()).isFalse();
      assertThat(heartbeat.missed()).isZero();
      assertThat(heartbeat.worstMillis()).as("the slowest OPTIONS").isLessThan(1500);
    }
  }

  private static int within(final Duration limit, final java.util.function.IntSupplier action) {
    final long start = System.nanoTime();
    final int result = action.getAsInt();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
    return result;
  }

  private static DatagramSocket blackHole() throws SocketException, IOException {
    return new DatagramSocket(new InetSocketAddress(InetAddress.getByName(NAME_SERVER), 53));
  }

  private static boolean canUnshare(final Path resolver) throws IOException, InterruptedException {
    final Process process =
        new ProcessBuilder("unshare", "-m", "sh", "-c", UNSHARE, resolver.toString(), "true")
            .redirectErrorStream(true)
            .start();
    return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
