// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.fault;

import static io.kamjvm.harness.Scene.someone;

import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Publishers and watchers that write down what was acknowledged to them. Each has one request under
 * way; one that is refused or not answered stops there, and somebody new comes in its place. One
 * thread.
 */
final class AuditedClients {
  private static final int PUBLISHERS = 32;
  private static final int WATCHERS = 8;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long PAUSE_MILLIS = 2;

  /**
   * What one of them was told.
   *
   * @param acknowledged number of the newest change that got a 2xx; 0 if none
   * @param sent number of the newest change that was asked for
   */
  record Told(String key, boolean publication, int acknowledged, int sent) {}

  private final Burst burst;
  private final List<Told> told = new ArrayList<>();

  AuditedClients(final Burst burst) {
    this.burst = burst;
  }

  private final class Client {
    private final boolean publisher;
    private final String uri;
    private String callId = "";
    private String etag = "";
    private long sentNanos;
    private int sent;
    private int acknowledged;

    Client(final boolean publisher) {
      this.publisher = publisher;
      this.uri = someone(publisher ? "p" : "w");
    }

    void send() {
      sent++;
      sentNanos = System.nanoTime();
      callId = burst.send(publisher ? publish() : subscribe());
    }

    private RequestDraft publish() {
      final RequestDraft draft =
          burst.publish(uri, Documents.pidf(uri, "t", "open", "change " + sent));
      return etag.isEmpty() ? draft : draft.header("SIP-If-Match", etag);
    }

    private RequestDraft subscribe() {
      return burst
          .request("SUBSCRIBE", uri)
          .header("Event", "presence")
          .header("Expires", "600")
          .header("Contact", "<" + uri + ">");
    }

    /** Whether it can go on: its answer has come, and it was a good one. */
    Optional<Boolean> answered() {
      final Optional<SipMessage> reply = burst.replies(callId).stream().findFirst();
      if (reply.isEmpty()) {
        return System.nanoTime() - sentNanos > PATIENCE_NANOS
            ? Optional.of(false)
            : Optional.empty();
      }
      final boolean good = reply.get().code() / 100 == 2;
      if (good) {
        acknowledged = sent;
        etag = reply.get().header("SIP-ETag").orElse("");
      }
      return Optional.of(good && publisher);
    }

    Told told() {
      return new Told(publisher ? uri : callId, publisher, acknowledged, sent);
    }
  }

  /**
   * Works until told otherwise, then waits for what is open; returns what all of them were told.
   */
  List<Told> work(final BooleanSupplier goOn) throws InterruptedException {
    List<Client> clients = new ArrayList<>();
    while (goOn.getAsBoolean() || !clients.isEmpty()) {
      final boolean sending = goOn.getAsBoolean();
      final List<Client> next = new ArrayList<>();
      for (final Client client : clients) {
        final Optional<Boolean> answered = client.answered();
        if (answered.isEmpty()) {
          next.add(client);
        } else if (answered.get() && sending) {
          client.send();
          next.add(client);
        } else {
          told.add(client.told());
        }
      }
      clients = next;
      if (sending) {
        add(clients, true, PUBLISHERS);
        add(clients, false, WATCHERS);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return told;
  }

  private void add(final List<Client> clients, final boolean publisher, final int wanted) {
    long there = clients.stream().filter(c -> c.publisher == publisher).count();
    while (there < wanted) {
      final Client client = new Client(publisher);
      client.send();
      clients.add(client);
      there++;
    }
  }
}
