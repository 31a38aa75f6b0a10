// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between the store and a server and fails at the worst moment: around a COMMIT. */
final class CuttingProxy implements AutoCloseable {

  /**
   * What happens to the next COMMIT that passes; then {@link #NOTHING} again. Only the first COMMIT
   * of a connection is seen: later ones go by the name of a prepared statement.
   */
  enum Cut {
    NOTHING,
    /** The server never sees it. */
    BEFORE_COMMIT,
    /** The server carries it out, but its answer is lost. */
    AFTER_COMMIT,
    /** It stops here, and the connection stays open and silent. */
    SILENCE
  }

  private final ServerSocket listener;
  private final int serverPort;
  private final AtomicReference<Cut> cut = new AtomicReference<>(Cut.NOTHING);
  private final CountDownLatch made = new CountDownLatch(1);
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  CuttingProxy(final int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    start("proxy-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void arm(final Cut next) {
    cut.set(next);
  }

  /** Returns when the armed cut was made; fails after ten seconds. */
  void awaitCut() {
    try {
      if (!made.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("no COMMIT passed");
      }
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void start(final String name, final Runnable task) {
    final Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        final Socket client = listener.accept();
        final Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        sockets.add(client);
        sockets.add(server);
        final AtomicReference<Cut> own = new AtomicReference<>(Cut.NOTHING);
        start("proxy-up", () -> pump(client, server, own, true));
        start("proxy-down", () -> pump(server, client, own, false));
      } catch (final IOException e) {
        // The listener was closed, or the server is down: the client sees its socket close.
        continue;
      }
    }
  }

  private void pump(
      final Socket from, final Socket to, final AtomicReference<Cut> own, final boolean up) {
    final byte[] buffer = new byte[65_536];
    try (from;
        to) {
      final InputStream in = from.getInputStream();
      final OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (up && holdsCommit(buffer, length)) {
          own.set(cut.getAndSet(Cut.NOTHING));
          if (own.get() != Cut.NOTHING) {
            made.countDown();
          }
        }
        switch (own.get()) {
          case NOTHING -> out.write(buffer, 0, length);
          case BEFORE_COMMIT -> {
            return;
          }
          case AFTER_COMMIT -> {
            if (!up) {
              return;
            }
            out.write(buffer, 0, length);
          }
          case SILENCE -> {}
          default -> throw new IllegalStateException();
        }
      }
    } catch (final IOException e) {
      // The other direction ended the connection.
      return;
    }
  }

  private static boolean holdsCommit(final byte[] buffer, final int length) {
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT");
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (final Socket socket : sockets) {
        socket.close();
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
