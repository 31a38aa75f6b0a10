// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.XcapDocuments;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Where rules are read (spec pa 1.15). Blocks for at most some seconds; any thread. */
interface RulesSource {

  /** Rules about who may watch. */
  String PRES_RULES = "pres-rules";

  /** Rules about who may send messages. */
  String IM_RULES = "im-rules";

  /**
   * Reads a user's document.
   *
   * @param application {@link #PRES_RULES} or {@link #IM_RULES}
   * @return empty when there is none
   * @throws IOException when nobody can tell
   */
  Optional<byte[]> read(String application, PresentityAddress user, String file) throws IOException;

  /** One without any document. */
  static RulesSource none() {
    return (application, user, file) -> Optional.empty();
  }

  /** Kamailio's table {@code xcap}, which knows {@code pres-rules} alone. */
  static RulesSource of(final XcapDocuments documents) {
    return (application, user, file) -> {
      if (!application.equals(PRES_RULES)) {
        return Optional.empty();
      }
      try {
        return documents
            .ofUser(XcapDocuments.PRES_RULES, user.user(), user.host())
            .filter(d -> d.length > 0);
      } catch (final StorageException e) {
        throw new IOException(e.getMessage(), e);
      }
    };
  }

  /**
   * An XCAP server.
   *
   * @param root URL, without a slash at its end
   */
  static RulesSource http(final String root) {
    return new Http(root);
  }

  /** Documents by HTTP. */
  final class Http implements RulesSource {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int MOST_BYTES = 65_535;

    private final String root;
    private final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build();

    private Http(final String root) {
      this.root = root;
    }

    @Override
    public Optional<byte[]> read(
        final String application, final PresentityAddress user, final String file)
        throws IOException {
      final URI uri =
          URI.create(
              root
                  + "/"
                  + application
                  + "/users/"
                  + segment("sip:" + user.user() + "@" + user.host())
                  + "/"
                  + segment(file));
      try {
        final HttpResponse<InputStream> response =
            client.send(
                HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          return switch (response.statusCode()) {
            case OK -> Optional.of(bounded(body));
            case NOT_FOUND, GONE -> Optional.empty();
            default -> throw new IOException(uri.getHost() + " answers " + response.statusCode());
          };
        }
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("nobody waits for the answer any more", e);
      }
    }

    private static byte[] bounded(final InputStream body) throws IOException {
      final byte[] bytes = body.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("more than " + MOST_BYTES + " bytes");
      }
      return bytes;
    }

    private static String segment(final String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8)
          .replace("+", "%20")
          .replace("%3A", ":")
          .replace("%40", "@")
          .replace("%2A", "*");
    }
  }
}
