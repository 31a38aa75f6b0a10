// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against real servers. */
class XcapServersTest {
  private static final String PATH = "/pres-rules/users/sip:ann@lab.example/index";
  private static final Duration LONG = Duration.ofSeconds(20);

  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** A server, what it does, and what it was asked. */
  private static final class Web {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = exchange -> status(exchange, 404);

    Web() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            asked.add(
                exchange.getRequestURI()
                    + Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-None-Match"))
                        .map(tag -> " unless " + tag)
                        .orElse(""));
            try {
              behaviour.answer(exchange);
            } finally {
              exchange.close();
            }
          });
      server.start();
    }

    XcapServer address() {
      return new XcapServer("127.0.0.1", server.getAddress().getPort());
    }

    void stop() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private final CountDownLatch over = new CountDownLatch(1);
  private Web first;
  private Web second;

  @BeforeEach
  void start() throws IOException {
    first = new Web();
    second = new Web();
  }

  @AfterEach
  void stop() {
    over.countDown();
    first.stop();
    second.stop();
  }

  private XcapServers servers(final Duration patience) {
    return new XcapServers(
        List.of(first.address(), second.address()),
        patience,
        text -> {
          if (text[0] == '?') {
            throw new UnusableRulesException("not readable");
          }
        });
  }

  private static void status(final HttpExchange exchange, final int code) throws IOException {
    exchange.sendResponseHeaders(code, -1);
  }

  private static Behaviour document(final String text) {
    return exchange -> {
      final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static Behaviour tagged(final String text, final String tag) {
    return exchange -> {
      exchange.getResponseHeaders().set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        status(exchange, 304);
      } else {
        document(text).answer(exchange);
      }
    };
  }

  private void hang(final HttpExchange exchange) throws IOException {
    try {
      over.await();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<String> ask(final XcapServers servers) throws IOException {
    return servers
        .rules("ann", "lab.example")
        .map(
            f ->
                (f.current() ? "" : "last known: ") + new String(f.text(), StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("servers are asked in their order; the first with a document is believed")
  void order() throws IOException {
    final XcapServers servers = servers(LONG);
    assertThat(ask(servers)).isEmpty();
    assertThat(first.asked).containsExactly(PATH);
    assertThat(second.asked).containsExactly(PATH);
    second.behaviour = document("from the second");
    assertThat(ask(servers)).contains("from the second");
    first.behaviour = document("from the first");
    assertThat(ask(servers)).contains("from the first");
    assertThat(second.asked).hasSize(2);
  }

  @Test
  @DisplayName("a document is sent again only when it has changed, and forgotten when it is gone")
  void tags() throws IOException {
    final XcapServers servers = servers(LONG);
    first.behaviour = tagged("one", "\"a\"");
    assertThat(ask(servers)).contains("one");
    assertThat(ask(servers)).contains("one");
    first.behaviour = tagged("two", "\"b\"");
    assertThat(ask(servers)).contains("two");
    assertThat(first.asked).containsExactly(PATH, PATH + " unless \"a\"", PATH + " unless \"a\"");
    first.behaviour = exchange -> status(exchange, 404);
    assertThat(ask(servers)).isEmpty();
    assertThat(ask(servers)).isEmpty();
    assertThat(first.asked.get(4)).isEqualTo(PATH);
  }

  @Test
  @DisplayName("while a server fails, what it said before is the last known; else nobody can tell")
  void failing() throws IOException {
    final XcapServers servers = servers(LONG);
    first.behaviour = exchange -> status(exchange, 503);
    assertThatThrownBy(() -> ask(servers))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("503");
    first.behaviour = document("one");
    assertThat(ask(servers)).contains("one");
    first.behaviour = exchange -> status(exchange, 503);
    assertThat(ask(servers)).contains("last known: one");
  }

  @Test
  @DisplayName("a document that can not be read takes the place of no other")
  void unreadable() throws IOException {
    final XcapServers servers = servers(LONG);
    first.behaviour = tagged("one", "\"a\"");
    assertThat(ask(servers)).contains("one");
    first.behaviour = tagged("?", "\"b\"");
    assertThatThrownBy(() -> ask(servers)).isInstanceOf(UnusableRulesException.class);
    first.behaviour = exchange -> status(exchange, 503);
    assertThat(ask(servers)).contains("last known: one");
  }

  @Test
  @DisplayName("a server that fails does not hide what the next one has")
  void next() throws IOException {
    first.behaviour = exchange -> status(exchange, 500);
    second.behaviour = document("two");
    assertThat(ask(servers(LONG))).contains("two");
  }

  @Test
  @DisplayName("a redirection is not followed")
  void redirected() {
    first.behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://" + second.address() + "/other");
          status(exchange, 302);
        };
    assertThatThrownBy(() -> ask(servers(LONG))).isInstanceOf(IOException.class);
    assertThat(second.asked).doesNotContain("/other");
  }

  @Test
  @DisplayName("a document that is too long is refused, whatever length was announced")
  void tooLong() {
    first.behaviour = document("x".repeat(XcapServers.MOST_BYTES + 1));
    assertThatThrownBy(() -> ask(servers(LONG)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 65535 bytes");
    second.behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          final OutputStream out = exchange.getResponseBody();
          final byte[] block = new byte[65_536];
          while (over.getCount() > 0) {
            out.write(block);
          }
        };
    assertThatThrownBy(() -> ask(servers(LONG))).isInstanceOf(IOException.class);
  }

  @Test
  @DisplayName("the longest document that may be")
  void longest() throws IOException {
    final String text = "x".repeat(XcapServers.MOST_BYTES);
    first.behaviour = document(text);
    assertThat(ask(servers(LONG))).contains(text);
  }

  @Test
  @DisplayName("a silent server costs its share of the time once, and is left out for a while")
  void silent() throws IOException {
    first.behaviour = this::hang;
    second.behaviour = document("two");
    final XcapServers servers = servers(Duration.ofSeconds(6));
    assertThat(ask(servers)).contains("two");
    assertThat(ask(servers)).contains("two");
    assertThat(first.asked).hasSize(1);
    assertThat(second.asked).hasSize(2);
  }

  @Test
  @DisplayName("headers without an end of the body are a silence, too")
  void stalled() {
    first.behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('<');
          exchange.getResponseBody().flush();
          hang(exchange);
        };
    assertThatThrownBy(() -> ask(servers(Duration.ofSeconds(2))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has not answered");
  }

  @Test
  @DisplayName("nobody listens")
  void refused() {
    first.stop();
    assertThatThrownBy(() -> ask(servers(LONG)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("can not be asked");
  }
}
