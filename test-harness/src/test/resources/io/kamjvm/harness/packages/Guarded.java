// SPDX-License-Identifier: GPL-3.0-or-later
package sample;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Texts, one per publication; who may read them says the file {@code <user>.rules} of the
 * presentity, a line {@code watcher=allow|friend|block|polite|confirm} each. Only friends see lines
 * that begin with {@code secret}. What the file {@code <user>.state} says counts as published.
 */
public class Guarded implements EventPackage {
  private record Words(Properties words) implements Rules {
    String of(final Watcher watcher) {
      return words.getProperty(user(watcher.uri()), "");
    }
  }

  private final Path directory = Path.of(System.getProperty("sample.rules"));

  @Override
  public String name() {
    return "presence";
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public boolean requiresAuthorization() {
    return true;
  }

  @Override
  public boolean viewsDiffer() {
    return true;
  }

  @Override
  public boolean hasHardState() {
    return true;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    if (new String(body, StandardCharsets.UTF_8).contains("nonsense")) {
      throw new UnacceptableBodyException(415, "Unsupported media type", "nonsense");
    }
    return Document.of(body);
  }

  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    final String all =
        documents.stream()
            .map(d -> new String(d.bytes(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("\n"));
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    final boolean friend =
        watcher.rules().map(r -> ((Words) r).of(watcher)).filter("friend"::equals).isPresent();
    return new String(state, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> friend || !line.startsWith("secret"))
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Optional<Rules> rules(final String presentity) throws IOException {
    final Path file = directory.resolve(user(presentity) + ".rules");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    final Properties words = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      words.load(in);
    }
    return Optional.of(new Words(words));
  }

  @Override
  public Verdict authorize(final Watcher watcher) {
    return switch (watcher.rules().map(r -> ((Words) r).of(watcher)).orElse("")) {
      case "allow", "friend" -> Verdict.ALLOW;
      case "block" -> Verdict.BLOCK;
      case "polite" -> Verdict.POLITE_BLOCK;
      case "confirm" -> Verdict.CONFIRM;
      default -> Verdict.UNDECIDED;
    };
  }

  @Override
  public Optional<byte[]> hardState(final String presentity, final String document)
      throws IOException {
    final Path file = directory.resolve(document);
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  private static String user(final String uri) {
    return uri.substring(uri.indexOf(':') + 1, uri.indexOf('@'));
  }
}
