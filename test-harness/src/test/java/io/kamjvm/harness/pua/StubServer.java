// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import io.kamjvm.harness.sip.SipMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An event server of few words on a UDP port: it answers each request as it is told and keeps it.
 * Retransmissions are answered by silence.
 */
public final class StubServer implements AutoCloseable {
  private final DatagramSocket socket;
  private final LinkedBlockingQueue<SipMessage> arrived = new LinkedBlockingQueue<>();
  private final AtomicInteger etags = new AtomicInteger();
  private final Set<String> seen = new HashSet<>();

  /** Answers; empty: none. */
  public volatile Function<SipMessage, Optional<String>> reaction = this::grant;

  /** What is sent behind that answer; empty: nothing. */
  volatile Function<SipMessage, Optional<String>> afterwards = request -> Optional.empty();

  public StubServer() {
    try {
      socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    final Thread thread = new Thread(this::serve, "stub-server");
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** A URI of somebody there. */
  public String uri(final String user) {
    return "sip:" + user + "@127.0.0.1:" + port();
  }

  private void serve() {
    final byte[] buffer = new byte[65_536];
    while (!socket.isClosed()) {
      try {
        final DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        final SipMessage message =
            SipMessage.parse(java.util.Arrays.copyOf(buffer, packet.getLength()));
        if (message.isRequest() && seen.add(message.required("Via"))) {
          final Optional<String> reply = reaction.apply(message);
          arrived.add(message);
          if (reply.isPresent()) {
            send(reply.get(), packet.getSocketAddress());
          }
          final Optional<String> second = afterwards.apply(message);
          if (second.isPresent()) {
            send(second.get(), packet.getSocketAddress());
          }
        }
      } catch (final IOException e) {
        // closed
        return;
      }
    }
  }

  private void send(final String text, final SocketAddress to) throws IOException {
    final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  /** 200 with what was asked for. */
  public Optional<String> grant(final SipMessage request) {
    return Optional.of(
        granting(
            request, Long.parseLong(request.required("Expires")), "e" + etags.incrementAndGet()));
  }

  public String granting(final SipMessage request, final long expires, final String etag) {
    final List<String> headers = new ArrayList<>(List.of("Expires: " + expires));
    if (request.method().equals("PUBLISH")) {
      headers.add("SIP-ETag: " + etag);
    } else {
      headers.add("Contact: <" + uri("notifier") + ">");
    }
    return reply(request, "200 OK", headers);
  }

  public static String reply(
      final SipMessage request, final String status, final List<String> headers) {
    final StringBuilder text = new StringBuilder("SIP/2.0 " + status + "\r\n");
    request.headers("Via").forEach(via -> text.append("Via: ").append(via).append("\r\n"));
    text.append("From: ").append(request.required("From")).append("\r\n");
    final String to = request.required("To");
    text.append("To: ").append(to).append(to.contains(";tag=") ? "" : ";tag=stub").append("\r\n");
    text.append("Call-ID: ").append(request.callId()).append("\r\n");
    text.append("CSeq: ").append(request.required("CSeq")).append("\r\n");
    headers.forEach(header -> text.append(header).append("\r\n"));
    return text.append("Content-Length: 0\r\n\r\n").toString();
  }

  public static Optional<String> refusal(final SipMessage request, final String status) {
    return Optional.of(reply(request, status, List.of()));
  }

  /** The next request to this user; others are left aside. */
  public SipMessage next(final String user) {
    return find(user, Duration.ofSeconds(15))
        .orElseThrow(() -> new AssertionError("nothing came for " + user));
  }

  /** What has come so far is not asked for. */
  void forget() {
    arrived.clear();
  }

  /** The next request to this target in a dialog with this user. */
  public SipMessage next(final String target, final String user) {
    final SipMessage message = next(user);
    if (!message.requestUri().equals(uri(target))) {
      throw new AssertionError("not to " + target + ":\n" + message);
    }
    return message;
  }

  /** The next request to this user in time, if there is one. */
  public Optional<SipMessage> find(final String user, final Duration limit) {
    final long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        final long left = deadline - System.nanoTime();
        final SipMessage message = arrived.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
        if (message == null) {
          return Optional.empty();
        }
        if (message.required("To").contains(user + "@")) {
          return Optional.of(message);
        }
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
