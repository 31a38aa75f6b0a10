// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks XCAP servers for rules, in the order in which they are configured; the first that has a
 * document is believed. What was found is kept in memory with its entity-tag: it is asked for again
 * each time, but sent only when it has changed; while its server does not answer it is handed out
 * as the last that is known. What can not be read is not kept. Redirections are not followed.
 * Thread-safe; blocks for at most {@link #PATIENCE}.
 */
public final class XcapServers implements PresenceRules.Elsewhere {
  private static final Logger LOG = LoggerFactory.getLogger(XcapServers.class);

  /** How long all servers together may take; a call of a package has 5 s. */
  public static final Duration PATIENCE = Duration.ofMillis(2_500);

  /** How long a server that did not answer is not asked. */
  public static final Duration PAUSE = Duration.ofSeconds(5);

  /** Bytes of a document. */
  public static final int MOST_BYTES = 65_535;

  /** Bytes of all documents that are kept; the longest unused go. */
  public static final int KEPT_BYTES = 16_777_216;

  /** Bytes that an entry takes besides its document and its entity-tag. */
  private static final int ENTRY_BYTES = 1_024;

  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  private record Kept(byte[] text, Optional<String> tag) {}

  private final List<XcapServer> servers;
  private final Duration patience;
  private final Consumer<byte[]> check;
  private final HttpClient client;
  private final Map<XcapServer, Long> silentSince = new ConcurrentHashMap<>();
  private final Map<URI, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptBytes;

  public XcapServers(final List<XcapServer> servers) {
    this(servers, PATIENCE, new RulesetParser()::parse);
  }

  /**
   * @param check throws {@link UnusableRulesException} when a document can not be read
   */
  XcapServers(
      final List<XcapServer> servers, final Duration patience, final Consumer<byte[]> check) {
    this.servers = List.copyOf(servers);
    this.patience = patience;
    this.check = check;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .build();
  }

  @Override
  public Optional<Found> rules(final String user, final String domain) throws IOException {
    final long deadline = System.nanoTime() + patience.toNanos();
    Optional<IOException> failure = Optional.empty();
    for (int i = 0; i < servers.size(); i++) {
      final XcapServer server = servers.get(i);
      final URI uri = server.rulesOf(user, domain);
      final Optional<Kept> before = kept(uri);
      try {
        final long left = deadline - System.nanoTime();
        final Optional<byte[]> found = ask(server, uri, before, left / (servers.size() - i));
        if (found.isPresent()) {
          return found.map(text -> new Found(text, true));
        }
      } catch (final InterruptedIOException e) {
        throw e;
      } catch (final IOException e) {
        if (before.isPresent()) {
          LOG.warn(
              "XCAP server {}: {}; rules of {}@{} hide what they hid, nobody is judged by them",
              server,
              e.getMessage(),
              user,
              domain);
          return before.map(last -> new Found(last.text(), false));
        }
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return Optional.empty();
  }

  private Optional<byte[]> ask(
      final XcapServer server, final URI uri, final Optional<Kept> before, final long nanos)
      throws IOException {
    final Long silent = silentSince.get(server);
    if (silent != null && System.nanoTime() - silent < PAUSE.toNanos()) {
      throw new IOException(server + " did not answer a moment ago");
    }
    final HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .GET()
            .header("Accept", "application/auth-policy+xml, */*;q=0.5");
    before.flatMap(Kept::tag).ifPresent(tag -> request.header("If-None-Match", tag));
    final HttpResponse<byte[]> response = send(server, request.build(), nanos);
    switch (response.statusCode()) {
      case OK -> {
        check.accept(response.body());
        keep(uri, new Kept(response.body(), response.headers().firstValue("ETag")));
        return Optional.of(response.body());
      }
      case NOT_MODIFIED -> {
        return Optional.of(
            before
                .orElseThrow(() -> new IOException(server + " answers 304 to who has nothing"))
                .text());
      }
      case NOT_FOUND, GONE -> {
        forget(uri);
        return Optional.empty();
      }
      default -> throw new IOException(server + " answers " + response.statusCode());
    }
  }

  private HttpResponse<byte[]> send(
      final XcapServer server, final HttpRequest request, final long nanos) throws IOException {
    final CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, info -> new BoundedBody(MOST_BYTES));
    try {
      final HttpResponse<byte[]> response = answer.get(Math.max(1, nanos), TimeUnit.NANOSECONDS);
      silentSince.remove(server);
      return response;
    } catch (final TimeoutException e) {
      answer.cancel(true);
      silentSince.put(server, System.nanoTime());
      throw new IOException(
          server + " has not answered for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms");
    } catch (final ExecutionException e) {
      silentSince.put(server, System.nanoTime());
      throw new IOException(server + " can not be asked: " + e.getCause().getMessage(), e);
    } catch (final InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(server + ": nobody waits for the answer any more");
    }
  }

  private synchronized Optional<Kept> kept(final URI uri) {
    return Optional.ofNullable(kept.get(uri));
  }

  private synchronized void keep(final URI uri, final Kept document) {
    forget(uri);
    kept.put(uri, document);
    keptBytes += charge(document);
    while (keptBytes > KEPT_BYTES) {
      forget(kept.keySet().iterator().next());
    }
  }

  private synchronized void forget(final URI uri) {
    Optional.ofNullable(kept.remove(uri)).ifPresent(k -> keptBytes -= charge(k));
  }

  private static int charge(final Kept document) {
    return ENTRY_BYTES + document.text().length + 2 * document.tag().map(String::length).orElse(0);
  }
}
