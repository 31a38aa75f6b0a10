// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Many requests at once from one UDP socket, and every final reply that comes to each. */
final class Burst implements AutoCloseable {
  private final RawSipPeer peer;
  private final Map<String, List<SipMessage>> replies = new ConcurrentHashMap<>();
  private final Thread listener;
  private volatile boolean closed;

  Burst(final int port) {
    this.peer = RawSipPeer.udp(port);
    this.listener = new Thread(this::listen, "burst");
    listener.setDaemon(true);
    listener.start();
  }

  private void listen() {
    while (!closed) {
      peer.receive(Duration.ofMillis(50))
          .filter(message -> !message.isRequest() && message.code() >= 200)
          .ifPresent(
              message -> {
                final List<SipMessage> known = replies.get(message.callId());
                if (known != null) {
                  known.add(message);
                }
              });
    }
  }

  /** A PUBLISH for a presentity, not yet sent. */
  RequestDraft publish(final String presentity, final String body) {
    return peer.request("PUBLISH", presentity, presentity)
        .header("Event", "presence")
        .header("Expires", "600")
        .body("application/pidf+xml", body);
  }

  /** A request of this peer, not yet sent. */
  RequestDraft request(final String method, final String uri) {
    return peer.request(method, uri, uri);
  }

  /** Sends without waiting; returns the Call-ID. */
  String send(final RequestDraft draft) {
    final String callId = draft.value("Call-ID");
    replies.put(callId, new CopyOnWriteArrayList<>());
    peer.send(draft.text());
    return callId;
  }

  /** Final replies to the request with that Call-ID so far. */
  List<SipMessage> replies(final String callId) {
    return List.copyOf(replies.get(callId));
  }

  /** Sends and waits for the final reply. */
  Optional<SipMessage> exchange(final RequestDraft draft, final Duration limit) {
    final String callId = send(draft);
    Await.holdsWithin(limit, () -> !replies.get(callId).isEmpty());
    return replies.get(callId).stream().findFirst();
  }

  /** Waits until every request of these has a final reply. */
  boolean allAnswered(final List<String> callIds, final Duration limit) {
    return Await.holdsWithin(
        limit, () -> callIds.stream().noneMatch(callId -> replies.get(callId).isEmpty()));
  }

  /** How many of these have no final reply yet. */
  long open(final List<String> callIds) {
    return callIds.stream().filter(callId -> replies.get(callId).isEmpty()).count();
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.join(1000);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    peer.close();
  }
}
