// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A presence server of few words: every PUBLISH is answered at once, with what it asks for and a
 * new entity-tag, and counted. It has several ports, because a burst is larger than what one socket
 * may hold, and a thread of its own.
 */
final class PublishTaker implements AutoCloseable {
  private static final int PORTS = 4;
  private static final int RECEIVE_BUFFER = 4 << 20;
  private static final int DATAGRAM = 65_535;
  private static final List<String> ECHOED = List.of("Via", "From", "Call-ID", "CSeq", "Expires");

  private final Selector selector;
  private final List<DatagramChannel> channels = new ArrayList<>();
  private final PublishTally tally = new PublishTally();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM);
  private long etags;

  PublishTaker() {
    try {
      selector = Selector.open();
      for (int i = 0; i < PORTS; i++) {
        final DatagramChannel channel = DatagramChannel.open();
        channels.add(channel);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
      }
    } catch (final IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
    final Thread thread = new Thread(this::serve, "publish-taker");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it listens. */
  List<Integer> ports() {
    return channels.stream().map(channel -> channel.socket().getLocalPort()).toList();
  }

  /** What has come so far. */
  PublishTally tally() {
    return tally;
  }

  /** Datagrams for which its sockets had no room. */
  long drops() {
    return ports().stream().mapToLong(UsageMeter::socketDrops).sum();
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select(this::drain);
      }
    } catch (final IOException e) {
      if (selector.isOpen()) {
        throw new UncheckedIOException(e);
      }
    } catch (final ClosedSelectorException e) {
      // closed
      return;
    }
  }

  private void drain(final SelectionKey key) {
    final DatagramChannel channel = (DatagramChannel) key.channel();
    try {
      for (SocketAddress from = receive(channel); from != null; from = receive(channel)) {
        final String message = StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
        if (message.startsWith("PUBLISH ")) {
          tally.arrived(header(message, "Via"), header(message, "To"));
          channel.send(ByteBuffer.wrap(answer(message)), from);
        }
      }
    } catch (final IOException e) {
      if (channel.isOpen()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private SocketAddress receive(final DatagramChannel channel) throws IOException {
    return channel.receive(buffer.clear());
  }

  private byte[] answer(final String request) {
    final StringBuilder text = new StringBuilder("SIP/2.0 200 OK\r\n");
    for (final String name : ECHOED) {
      text.append(name).append(": ").append(header(request, name)).append("\r\n");
    }
    return text.append("To: ")
        .append(header(request, "To"))
        .append(";tag=taker\r\nSIP-ETag: n")
        .append(++etags)
        .append("\r\nContent-Length: 0\r\n\r\n")
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String header(final String message, final String name) {
    final int line = message.indexOf("\r\n" + name + ": ");
    if (line < 0) {
      throw new IllegalArgumentException("no " + name + " in " + message);
    }
    return message.substring(line + name.length() + 4, message.indexOf("\r\n", line + 2)).strip();
  }

  @Override
  public void close() {
    try {
      selector.close();
      for (final DatagramChannel channel : channels) {
        channel.close();
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
