// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A package that is not built in: entries, one per publication. Rules give each watcher a word;
 * {@code friend} may read all entries, {@code guest} those that do not begin with {@code secret}.
 */
final class Diary implements EventPackage {

  /** What a method is to do instead of its work. */
  enum Fault {
    THROW,
    HANG
  }

  record DiaryRules(Map<String, String> words) implements Rules {}

  final Map<String, Map<String, String>> rules = new HashMap<>();
  final Map<String, String> files = new HashMap<>();
  final Map<String, Fault> faults = new HashMap<>();
  final Set<String> called = new HashSet<>();
  int fetched;
  String name = "diary";
  boolean guarded = true;
  boolean everyState;
  boolean keepsTags;

  /** The rules of bob say this about alice. */
  void bobSays(final String word) {
    rules.computeIfAbsent("sip:bob@d", u -> new HashMap<>()).put("sip:alice@d", word);
  }

  private void enter(final String method) {
    called.add(method);
    final Fault fault = faults.get(method);
    if (fault == Fault.HANG) {
      throw new FakeThreads.Hang();
    } else if (fault == Fault.THROW) {
      throw new IllegalStateException(method + " fails on purpose");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public int defaultExpires() {
    return 1800;
  }

  @Override
  public boolean requiresAuthorization() {
    return guarded;
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
  public boolean offersWatcherinfo() {
    return true;
  }

  @Override
  public boolean renewsEntityTag() {
    return !keepsTags;
  }

  @Override
  public boolean deliversEveryState() {
    return everyState;
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    enter("parse");
    if (text(body).equals("nonsense")) {
      throw new UnacceptableBodyException(415, "Unsupported media type", "no entry");
    }
    return Document.of(body);
  }

  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    enter("state");
    final String entries =
        IntStream.range(0, documents.size())
            .mapToObj(
                i ->
                    offline.equals(OptionalInt.of(i))
                        ? "gone:" + text(documents.get(i).bytes())
                        : text(documents.get(i).bytes()))
            .collect(Collectors.joining("\n"));
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(entries.getBytes(StandardCharsets.UTF_8));
  }

  /** An entry {@code x: ...} takes the place of another {@code x: ...}. */
  @Override
  public boolean replaces(final Document published, final Document stored) {
    enter("replaces");
    return heading(published).equals(heading(stored));
  }

  /** An entry that ends with a full stop has said its last word. */
  @Override
  public boolean ignores(
      final Document stored, final Optional<Document> published, final boolean samePublisher) {
    enter("ignores");
    return text(stored.bytes()).endsWith(".");
  }

  @Override
  public Optional<byte[]> stateForPublisher(final String presentity) {
    enter("stateForPublisher");
    return Optional.of("yours".getBytes(StandardCharsets.UTF_8));
  }

  private static String heading(final Document document) {
    final String entry = text(document.bytes());
    return entry.substring(0, Math.max(0, entry.indexOf(':')) + (entry.contains(":") ? 1 : 0))
        + (entry.contains(":") ? "" : entry + System.identityHashCode(document));
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    enter("view");
    final boolean guest =
        watcher.rules().map(r -> word(r, watcher)).filter("guest"::equals).isPresent();
    return text(state)
        .lines()
        .filter(line -> !guest || !line.startsWith("secret"))
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Optional<Rules> rules(final String presentity) {
    enter("rules");
    fetched++;
    return Optional.ofNullable(rules.get(presentity)).map(w -> new DiaryRules(Map.copyOf(w)));
  }

  @Override
  public Verdict authorize(final Watcher watcher) {
    enter("authorize");
    return switch (watcher.rules().map(r -> word(r, watcher)).orElse("ask")) {
      case "friend", "guest" -> Verdict.ALLOW;
      case "stranger" -> Verdict.BLOCK;
      case "bore" -> Verdict.POLITE_BLOCK;
      case "ask" -> Verdict.CONFIRM;
      default -> Verdict.UNDECIDED;
    };
  }

  @Override
  public Optional<byte[]> hardState(final String presentity, final String document) {
    enter("hardState");
    return Optional.ofNullable(files.get(document)).map(f -> f.getBytes(StandardCharsets.UTF_8));
  }

  private static String word(final Rules rules, final Watcher watcher) {
    return ((DiaryRules) rules).words().getOrDefault(watcher.uri(), "");
  }

  private static String text(final byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
