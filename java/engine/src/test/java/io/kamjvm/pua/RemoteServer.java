// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** The servers to which the client publishes and subscribes; it grants everything unless told. */
final class RemoteServer {
  /** What has come, in order. */
  final List<Arrived> arrived = new ArrayList<>();

  /** Answers; empty: says nothing at all. */
  Function<Arrived, Optional<FinalReply>> reaction = this::grant;

  /** Sending fails for these. */
  Function<Arrived, Boolean> unreachable = a -> false;

  private final ClientWorld world;
  private final List<Outgoing> silent = new ArrayList<>();
  private final Set<String> underWay = new HashSet<>();
  private int etags;

  RemoteServer(final ClientWorld world) {
    this.world = world;
  }

  /** A request as it came. */
  record Arrived(OutgoingRequest request, long at) {

    Optional<String> find(final String name) {
      return request
          .headers()
          .lines()
          .filter(l -> l.startsWith(name + ": "))
          .map(l -> l.substring(name.length() + 2))
          .findFirst();
    }

    String header(final String name) {
      return find(name).orElseThrow(() -> new AssertionError("no " + name + " in " + request));
    }

    long expires() {
      return Long.parseLong(header("Expires"));
    }

    String body() {
      return new String(request.body(), StandardCharsets.UTF_8);
    }

    long cseq() {
      return request.lastCseq() + 1;
    }
  }

  void arrive(final Outgoing outgoing) {
    final Arrived now = new Arrived(outgoing.request(), world.now());
    if (unreachable.apply(now)) {
      world.tasks.add(() -> outgoing.listener().failed("no route"));
      return;
    }
    now.find("SIP-If-Match")
        .ifPresent(
            etag -> {
              if (!underWay.add(etag)) {
                throw new AssertionError("two requests under way for " + etag);
              }
            });
    arrived.add(now);
    world.tasks.add(() -> outgoing.listener().sent(now.cseq(), 100));
    final Optional<FinalReply> reply = reaction.apply(now);
    if (reply.isEmpty()) {
      silent.add(outgoing);
      return;
    }
    world.tasks.add(() -> end(outgoing, reply.get()));
  }

  private void end(final Outgoing outgoing, final FinalReply reply) {
    new Arrived(outgoing.request(), 0).find("SIP-If-Match").ifPresent(underWay::remove);
    outgoing.listener().completed(reply);
  }

  /** What was left without an answer gets this one. */
  void answerAll(final FinalReply reply) {
    final List<Outgoing> due = List.copyOf(silent);
    silent.clear();
    due.forEach(o -> end(o, reply));
    world.settle();
  }

  /** tm gives up. */
  void timeOut() {
    answerAll(FinalReply.silence("Request Timeout"));
  }

  void forget() {
    silent.clear();
    underWay.clear();
  }

  Optional<FinalReply> grant(final Arrived request) {
    return Optional.of(granting(request, request.expires()));
  }

  FinalReply granting(final Arrived request, final long expires) {
    return request.request().method().equals("PUBLISH")
        ? publication(expires, "e" + ++etags)
        : dialog(expires, "sip:n@192.0.2.9", "", request.cseq());
  }

  static FinalReply publication(final long expires, final String etag) {
    return reply(200, expires, Optional.of(etag), Optional.empty(), "", 10, Optional.empty());
  }

  static FinalReply dialog(
      final long expires, final String contact, final String recordRoute, final long cseq) {
    return reply(
        200, expires, Optional.empty(), Optional.of(contact), recordRoute, cseq, Optional.empty());
  }

  static FinalReply refusal(final int code) {
    return reply(code, -1, Optional.empty(), Optional.empty(), "", 10, Optional.empty());
  }

  static FinalReply overloaded(final String retryAfter) {
    return reply(503, -1, Optional.empty(), Optional.empty(), "", 10, Optional.of(retryAfter));
  }

  private static FinalReply reply(
      final int code,
      final long expires,
      final Optional<String> etag,
      final Optional<String> contact,
      final String recordRoute,
      final long cseq,
      final Optional<String> retryAfter) {
    return new FinalReply(
        code,
        code == 200 ? "OK" : "No",
        Map.of(),
        false,
        etag,
        expires < 0 ? Optional.empty() : Optional.of(Long.toString(expires)),
        contact,
        Optional.empty(),
        Optional.empty(),
        Optional.of("remote"),
        OptionalLong.of(cseq),
        recordRoute,
        retryAfter,
        Optional.empty(),
        List.of());
  }

  Arrived last() {
    return arrived.get(arrived.size() - 1);
  }

  /** What has come since the last call. */
  List<Arrived> take() {
    final List<Arrived> taken = List.copyOf(arrived);
    arrived.clear();
    return taken;
  }
}
