// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds loopback ports nobody uses. */
public final class FreePort {
  /* below the ephemeral range, so that no outgoing connection takes the port in between */
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 200;

  private FreePort() {}

  /** A port on 127.0.0.1 that is free for UDP and TCP alike. */
  public static int udpAndTcp() {
    for (int i = 0; i < ATTEMPTS; i++) {
      final int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port found in " + LOWEST + ".." + HIGHEST);
  }

  private static boolean isFree(final int port) {
    final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (DatagramSocket udp = new DatagramSocket(null);
        ServerSocket tcp = new ServerSocket()) {
      udp.setReuseAddress(false);
      udp.bind(address);
      tcp.bind(address);
      return true;
    } catch (final IOException e) {
      return false;
    }
  }
}
