// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A plain socket that speaks SIP text: for malformed messages, retransmissions and speed. No
 * threads: it hears only while it is asked to. One thread may send while another receives.
 */
public final class RawSipPeer implements AutoCloseable {
  private final Channel channel;
  private final String sentBy;

  private RawSipPeer(final Channel channel, final String sentBy) {
    this.channel = channel;
    this.sentBy = sentBy;
  }

  /** Bytes to and from one server. */
  private interface Channel {
    void send(byte[] bytes) throws IOException;

    Optional<byte[]> receive(int millis) throws IOException;

    void close() throws IOException;
  }

  /** A UDP socket towards 127.0.0.1:port. */
  public static RawSipPeer udp(final int port) {
    try {
      final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      socket.setReceiveBufferSize(1 << 20);
      final InetSocketAddress server =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      return new RawSipPeer(
          new UdpChannel(socket, server, new byte[65536]),
          "UDP 127.0.0.1:" + socket.getLocalPort());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A TCP connection to 127.0.0.1:port. */
  public static RawSipPeer tcp(final int port) {
    try {
      final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      return new RawSipPeer(
          new TcpChannel(socket, new StringBuilder()), "TCP 127.0.0.1:" + socket.getLocalPort());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request to the presentity or resource from a user of this peer. */
  public RequestDraft request(final String method, final String uri, final String from) {
    return RequestDraft.of(method, uri, sentBy, from);
  }

  /** The Contact of this peer. */
  public String contact(final String user) {
    final String transport = sentBy.startsWith("TCP") ? ";transport=tcp" : "";
    return "sip:" + user + "@" + sentBy.substring(4) + transport;
  }

  /** Sends the text as it is, one byte per character. */
  public void send(final String text) {
    try {
      channel.send(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message of any kind, or none in time or after the end of the connection. */
  public Optional<SipMessage> receive(final Duration limit) {
    try {
      return channel.receive((int) Math.max(1, limit.toMillis())).map(SipMessage::parse);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a request and waits for its final reply; other messages are skipped. */
  public Optional<SipMessage> exchange(final RequestDraft request, final Duration limit) {
    send(request.text());
    return finalReply(request.value("Call-ID"), limit);
  }

  /** Sends a request and returns its final reply, which must come within 5 s. */
  public SipMessage exchange(final RequestDraft request) {
    return exchange(request, Duration.ofSeconds(5))
        .orElseThrow(() -> new AssertionError("no reply to\n" + request.text()));
  }

  /** Waits for the final reply with that Call-ID; other messages are skipped. */
  public Optional<SipMessage> finalReply(final String callId, final Duration limit) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      final Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (left.isNegative() || left.isZero()) {
        return Optional.empty();
      }
      final Optional<SipMessage> message = receive(left);
      if (message.isPresent()
          && !message.get().isRequest()
          && message.get().code() >= 200
          && message.get().header("Call-ID").equals(Optional.of(callId))) {
        return message;
      }
    }
  }

  /** True when an OPTIONS is answered in time. */
  public boolean answersOptions(final Duration limit) {
    try {
      return exchange(request("OPTIONS", "sip:ping@127.0.0.1", "sip:ping@127.0.0.1"), limit)
          .isPresent();
    } catch (final UncheckedIOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record UdpChannel(DatagramSocket socket, InetSocketAddress server, byte[] buffer)
      implements Channel {
    @Override
    public void send(final byte[] bytes) throws IOException {
      socket.send(new DatagramPacket(bytes, bytes.length, server));
    }

    @Override
    public Optional<byte[]> receive(final int millis) throws IOException {
      socket.setSoTimeout(millis);
      final DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (final SocketTimeoutException e) {
        return Optional.empty();
      }
      return Optional.of(java.util.Arrays.copyOf(buffer, packet.getLength()));
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private record TcpChannel(Socket socket, StringBuilder pending) implements Channel {
    @Override
    public void send(final byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    @Override
    public Optional<byte[]> receive(final int millis) throws IOException {
      socket.setSoTimeout(millis);
      final InputStream in = socket.getInputStream();
      final byte[] chunk = new byte[8192];
      while (true) {
        final Optional<byte[]> message = takeMessage();
        if (message.isPresent()) {
          return message;
        }
        final int count;
        try {
          count = in.read(chunk);
        } catch (final SocketTimeoutException e) {
          return Optional.empty();
        }
        if (count < 0) {
          return Optional.empty();
        }
        pending.append(new String(chunk, 0, count, StandardCharsets.ISO_8859_1));
      }
    }

    private Optional<byte[]> takeMessage() {
      final int end = pending.indexOf("\r\n\r\n");
      if (end < 0) {
        return Optional.empty();
      }
      final byte[] head = pending.substring(0, end + 4).getBytes(StandardCharsets.ISO_8859_1);
      final int length =
          SipMessage.parse(head).header("Content-Length").map(Integer::parseInt).orElse(0);
      if (pending.length() < end + 4 + length) {
        return Optional.empty();
      }
      final String message = pending.substring(0, end + 4 + length);
      pending.delete(0, end + 4 + length);
      return Optional.of(message.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
