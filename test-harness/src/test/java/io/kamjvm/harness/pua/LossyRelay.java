// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

/** A UDP port that passes datagrams on to a server, and answers back, and loses some of them. */
final class LossyRelay implements AutoCloseable {
  private final DatagramSocket front;
  private final IntSupplier server;
  private final Map<SocketAddress, DatagramSocket> backs = new ConcurrentHashMap<>();
  private final Random random;

  /** PUBLISH requests that have come to pass. */
  final List<String> publications = new CopyOnWriteArrayList<>();

  /** Of a hundred datagrams, so many are lost. */
  volatile int lost;

  /**
   * @param server its port, asked for each datagram
   */
  LossyRelay(final long seed, final IntSupplier server) {
    this.random = new Random(seed);
    this.server = server;
    try {
      front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    start(front, this::toServer);
  }

  int port() {
    return front.getLocalPort();
  }

  private interface Pass {
    void on(DatagramPacket packet) throws IOException;
  }

  private void start(final DatagramSocket socket, final Pass pass) {
    final Thread thread =
        new Thread(
            () -> {
              while (!socket.isClosed()) {
                try {
                  final DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
                  socket.receive(packet);
                  if (!unlucky()) {
                    pass.on(packet);
                  }
                } catch (final IOException e) {
                  // closed, or a server that is down: the datagram is lost
                  continue;
                }
              }
            },
            "lossy-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized boolean unlucky() {
    return random.nextInt(100) < lost;
  }

  private void toServer(final DatagramPacket packet) throws IOException {
    final SocketAddress from = packet.getSocketAddress();
    if (packet.getLength() > 8
        && new String(packet.getData(), 0, 8, StandardCharsets.ISO_8859_1).equals("PUBLISH ")) {
      publications.add(
          new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1));
    }
    DatagramSocket back = backs.get(from);
    if (back == null) {
      back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      backs.put(from, back);
      start(back, answer -> forward(front, answer, from));
    }
    forward(
        back, packet, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getAsInt()));
  }

  private static void forward(
      final DatagramSocket by, final DatagramPacket packet, final SocketAddress to)
      throws IOException {
    by.send(new DatagramPacket(packet.getData(), packet.getLength(), to));
  }

  @Override
  public void close() {
    front.close();
    backs.values().forEach(DatagramSocket::close);
  }
}
