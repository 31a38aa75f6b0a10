// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A presence server over UDP that does what the test says, wrong or not. Has a thread. */
final class LyingServer implements AutoCloseable {
  /** Decides about one request that came. */
  interface Manner {
    void handle(Request request) throws IOException;
  }

  private final DatagramSocket socket;
  private final Manner manner;
  private final Thread thread = new Thread(this::serve, "lying-server");

  LyingServer(final Manner manner) throws IOException {
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    this.manner = manner;
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  private void serve() {
    final byte[] bytes = new byte[65_535];
    try {
      while (true) {
        final DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        final String text = new String(bytes, 0, packet.getLength(), StandardCharsets.ISO_8859_1);
        if (!text.startsWith("SIP/2.0")) {
          manner.handle(new Request(text, packet.getSocketAddress()));
        }
      }
    } catch (final IOException e) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One request and the ways to react to it. */
  final class Request {
    private final String text;
    private final SocketAddress from;

    private Request(final String text, final SocketAddress from) {
      this.text = text;
      this.from = from;
    }

    boolean is(final String method) {
      return text.startsWith(method + " ");
    }

    int cseq() {
      return Integer.parseInt(header("CSeq").split(" ")[0]);
    }

    private String header(final String name) {
      final Matcher line = Pattern.compile("(?m)^" + name + ": (.*?)\r?$").matcher(text);
      if (!line.find()) {
        throw new IllegalArgumentException("no " + name + " in " + text);
      }
      return line.group(1);
    }

    /** Answers; further header lines end with CRLF each. */
    void reply(final String status, final String more) throws IOException {
      final String to = header("To");
      send(
          "SIP/2.0 "
              + status
              + "\r\nVia: "
              + header("Via")
              + "\r\nFrom: "
              + header("From")
              + "\r\nTo: "
              + (to.contains("tag=") ? to : to + ";tag=server")
              + "\r\nCall-ID: "
              + header("Call-ID")
              + "\r\nCSeq: "
              + header("CSeq")
              + "\r\nContact: <sip:127.0.0.1:"
              + port()
              + ">\r\nSIP-ETag: tag\r\n"
              + more
              + "Content-Length: 0\r\n\r\n");
    }

    /** Sends a NOTIFY in the dialog of this SUBSCRIBE; state 0 is one without body. */
    void notify(final int cseq, final String branch, final int state) throws IOException {
      final String body = state == 0 ? "" : "<note>state=" + state + "</note>";
      send(
          "NOTIFY sip:watcher@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:"
              + port()
              + ";branch=z9hG4bK"
              + branch
              + "\r\nFrom: "
              + header("To")
              + ";tag=server\r\nTo: "
              + header("From")
              + "\r\nCall-ID: "
              + header("Call-ID")
              + "\r\nCSeq: "
              + cseq
              + " NOTIFY\r\nEvent: presence\r\nSubscription-State: active\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
    }

    private void send(final String message) throws IOException {
      final byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
      socket.send(new DatagramPacket(bytes, bytes.length, from));
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
