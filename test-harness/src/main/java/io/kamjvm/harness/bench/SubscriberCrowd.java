// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Many watchers behind one UDP socket. Each subscribes once and answers its NOTIFY; a bounded
 * number is under way, what is lost is sent again, and who gets the busy answer subscribes anew a
 * second later. New ones start at a bounded rate. One thread.
 */
final class SubscriberCrowd implements AutoCloseable {
  private static final int WATCHERS_PER_PRESENTITY = 10;
  private static final int WINDOW = 48;

  /* each leaves two of Kamailio's transactions in shared memory for some seconds */
  private static final int STARTS_PER_SECOND = 1_500;

  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration SLICE = Duration.ofMillis(5);

  private final RawSipPeer peer;
  private final Map<String, Dialog> underWay = new HashMap<>();
  private final ArrayDeque<Refused> refused = new ArrayDeque<>();
  private int started;
  private int established;
  private int busyAnswers;

  SubscriberCrowd(final int port) {
    this.peer = RawSipPeer.udp(port);
  }

  private record Refused(int number, long atNanos) {}

  private static final class Dialog {
    private final int number;
    private final String request;
    private long sentNanos;
    private boolean accepted;
    private boolean notified;

    private Dialog(final int number, final String request) {
      this.number = number;
      this.request = request;
    }
  }

  static String presentity(final int number) {
    return "sip:p" + number + "@127.0.0.1";
  }

  /**
   * Subscribes until so many subscriptions stand, each accepted and notified, or the limit is over;
   * ten watchers share a presentity.
   *
   * @return how many stand
   */
  int growTo(final int count, final Duration limit) {
    final long from = System.nanoTime();
    final long deadline = from + limit.toNanos();
    final int startedBefore = started;
    while (established < count) {
      final double seconds = (System.nanoTime() - from) / 1e9;
      final double due = startedBefore + 1 + seconds * STARTS_PER_SECOND;
      fillWindow((int) Math.min(count, due));
      peer.receive(SLICE).ifPresent(this::heard);
      final long now = System.nanoTime();
      if (now - deadline >= 0) {
        break;
      }
      underWay.values().stream()
          .filter(dialog -> !dialog.accepted && now - dialog.sentNanos > RETRY_NANOS)
          .forEach(this::send);
    }
    return established;
  }

  /** How many SUBSCRIBEs got the busy answer so far. */
  int busyAnswers() {
    return busyAnswers;
  }

  private void fillWindow(final int due) {
    while (underWay.size() < WINDOW) {
      final Refused oldest = refused.peek();
      if (oldest != null && System.nanoTime() - oldest.atNanos() > RETRY_NANOS) {
        start(refused.remove().number());
      } else if (started < due) {
        start(started++);
      } else {
        return;
      }
    }
  }

  private void start(final int number) {
    final String presentity = presentity(number / WATCHERS_PER_PRESENTITY);
    final String user = "w" + number;
    final RequestDraft draft =
        peer.request("SUBSCRIBE", presentity, "sip:" + user + "@127.0.0.1")
            .header("Contact", "<" + peer.contact(user) + ">")
            .header("Event", "presence")
            .header("Expires", "3600");
    final Dialog dialog = new Dialog(number, draft.text());
    underWay.put(draft.value("Call-ID"), dialog);
    send(dialog);
  }

  private void send(final Dialog dialog) {
    dialog.sentNanos = System.nanoTime();
    peer.send(dialog.request);
  }

  private void heard(final SipMessage message) {
    if (message.isRequest()) {
      peer.send(ok(message));
    }
    final Optional<Dialog> known = Optional.ofNullable(underWay.get(message.callId()));
    if (known.isEmpty()) {
      return;
    }
    final Dialog dialog = known.get();
    if (message.isRequest()) {
      dialog.notified = true;
    } else if (message.code() / 100 == 2) {
      dialog.accepted = true;
    } else if (message.code() >= 300) {
      busyAnswers++;
      underWay.remove(message.callId());
      refused.add(new Refused(dialog.number, System.nanoTime()));
    }
    if (dialog.accepted && dialog.notified) {
      underWay.remove(message.callId());
      established++;
    }
  }

  private static String ok(final SipMessage request) {
    final StringBuilder text = new StringBuilder("SIP/2.0 200 OK\r\n");
    for (final SipMessage.Header header : request.headers()) {
      switch (header.name()) {
        case "Via", "From", "To", "Call-ID", "CSeq" ->
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        default -> {
          /* a reply repeats no other */
        }
      }
    }
    return text.append("Content-Length: 0\r\n\r\n").toString();
  }

  @Override
  public void close() {
    peer.close();
  }
}
