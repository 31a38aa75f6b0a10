// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.Notify;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A short play for people: alice watches bob, who publishes that he is away, that he is back, and
 * leaves. What arrives is shown as it arrives.
 */
public final class DemoScene {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 4;
  private static final Pattern ACTIVITY =
      Pattern.compile("<(?:\\w+:)?activities[^>]*>\\s*<(?:\\w+:)?([\\w-]+)");
  private static final Pattern BASIC = Pattern.compile("<(?:\\w+:)?basic>\\s*(\\w+)");
  private static final Pattern NOTE = Pattern.compile("<(?:\\w+:)?note[^>]*>([^<]*)");

  private final SipPeer peer;
  private final Kamcmd kamcmd;
  private final PrintStream out;
  private final String bob;
  private final String alice;

  private DemoScene(
      final SipPeer peer, final Kamcmd kamcmd, final String domain, final PrintStream out) {
    this.peer = peer;
    this.kamcmd = kamcmd;
    this.out = out;
    this.bob = "sip:bob@" + domain;
    this.alice = "sip:alice@" + domain;
  }

  /**
   * Plays the scene.
   *
   * @param args {@code host:port} of Kamailio's SIP socket (host 127.0.0.1), path of its binrpc
   *     socket
   */
  public static void main(final String[] args) {
    if (args.length != 2) {
      System.err.println("usage: DemoScene 127.0.0.1:PORT CONTROL-SOCKET");
      System.exit(1);
    }
    final int port = Integer.parseInt(args[0].substring(args[0].lastIndexOf(':') + 1));
    int code = 0;
    try (SipPeer peer = SipPeer.towards(port)) {
      new DemoScene(peer, new Kamcmd(Path.of(args[1])), "127.0.0.1", System.out).play();
      if (!peer.objections().isEmpty()) {
        throw new AssertionError("malformed messages: " + peer.objections());
      }
    } catch (final AssertionError e) {
      System.out.flush();
      System.err.println("the scene stops here: " + e.getMessage());
      code = 1;
    }
    System.exit(code);
  }

  private void play() {
    out.println();
    out.println("alice subscribes to bob");
    final Watch watch = peer.watch(alice, bob);
    sent("SUBSCRIBE " + bob, () -> watch.subscribe(600), "Expires");
    arrived(watch.next(LIMIT), notify -> notify.state().equals("active"));

    out.println();
    out.println("bob publishes: away");
    final Publisher publisher = peer.publisher(bob);
    sent(
        "PUBLISH " + bob,
        () -> publisher.publish(Documents.withActivity(bob, "phone", "open", "away"), 600),
        "SIP-ETag");
    arrived(watch.next(LIMIT), notify -> notify.body().contains("away"));

    out.println();
    out.println("bob is back");
    sent(
        "PUBLISH " + bob + " (SIP-If-Match: " + publisher.etag() + ")",
        () -> publisher.publish(Documents.pidf(bob, "phone", "open", "back at the desk"), 600),
        "SIP-ETag");
    arrived(watch.next(LIMIT), notify -> notify.body().contains("back at the desk"));

    out.println();
    out.println("what the operator sees: kamcmd presence.presentity_list");
    final Kamcmd.Output list = kamcmd.run("presence.presentity_list");
    list.text().lines().forEach(line -> out.println("    " + line));
    if (list.failed() || !list.field("user").contains("bob")) {
      throw new AssertionError("bob is not in the list");
    }

    out.println();
    out.println("bob leaves");
    sent("PUBLISH " + bob + " (Expires: 0)", publisher::remove, "Expires");
    arrived(watch.next(LIMIT), notify -> !notify.body().contains(">open<"));

    out.println();
    out.println("alice unsubscribes");
    sent("SUBSCRIBE " + bob + " (Expires: 0)", () -> watch.subscribe(0), "Expires");
    arrived(watch.next(LIMIT), notify -> notify.state().equals("terminated"));
    out.println();
  }

  /** Sends until it is not told to come back later, as a phone does (RFC 3261, 21.5.1). */
  private void sent(final String what, final Supplier<SipMessage> request, final String shown) {
    for (int attempt = 1; ; attempt++) {
      out.println("  -> " + what);
      final SipMessage reply = request.get();
      final Optional<String> later = reply.header("Retry-After");
      final String value =
          reply
              .header(shown)
              .map(text -> "   " + shown + ": " + text)
              .or(() -> later.map(seconds -> "   (busy) Retry-After: " + seconds))
              .orElse("");
      out.println("  <- " + reply.startLine() + value);
      if (reply.code() / 100 == 2) {
        return;
      }
      if (later.isEmpty() || attempt == ATTEMPTS) {
        throw new AssertionError(what + " was refused: " + reply.startLine());
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Integer.parseInt(later.get().trim())));
    }
  }

  private void arrived(final Notify notify, final Predicate<Notify> expected) {
    out.println("     alice hears NOTIFY, CSeq " + notify.cseq());
    out.println("       Subscription-State: " + notify.subscriptionState());
    out.println("       " + summary(notify.body()));
    if (!expected.test(notify)) {
      throw new AssertionError("that is not what alice should hear:\n" + notify.message());
    }
  }

  private static String summary(final String body) {
    if (body.isBlank()) {
      return "no document: nothing is published";
    }
    final List<String> parts = new ArrayList<>();
    add(parts, "status", BASIC, body);
    add(parts, "activity", ACTIVITY, body);
    add(parts, "note", NOTE, body);
    return "PIDF, " + body.length() + " bytes: " + String.join(", ", parts);
  }

  private static void add(
      final List<String> parts, final String label, final Pattern pattern, final String body) {
    final Matcher matcher = pattern.matcher(body);
    while (matcher.find()) {
      parts.add(label + " " + matcher.group(1));
    }
  }
}
