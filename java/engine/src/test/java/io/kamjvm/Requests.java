// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.RequestListener;
import io.kamjvm.kamailio.SubscriptionView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Requests for tests, and a listener that writes down what it hears. */
final class Requests {
  private Requests() {}

  static final class Heard implements RequestListener {
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void sent(final long cseq, final long micros) {
      events.add("sent " + cseq);
    }

    @Override
    public void dropped() {
      events.add("dropped");
    }

    @Override
    public void failed(final String reason) {
      events.add("failed " + reason);
    }

    @Override
    public void completed(final int code, final String reason, final Map<String, Long> xavps) {
      events.add("completed " + code + (xavps.isEmpty() ? "" : " " + xavps));
    }

    @Override
    public void lost() {
      events.add("lost");
    }
  }

  static Outgoing notify(final String target, final RequestListener listener) {
    return notify(target, false, new byte[] {1, 2, 3}, listener);
  }

  static Outgoing notify(
      final String target, final boolean slow, final byte[] body, final RequestListener listener) {
    return new Outgoing(
        new OutgoingRequest(
            "NOTIFY",
            "call@example.org",
            "sip:bob@example.org",
            "local",
            "sip:alice@example.org",
            "remote",
            target,
            "",
            41,
            Optional.of("udp:127.0.0.1:5060"),
            "Event: presence\r\n",
            body,
            Optional.empty(),
            slow,
            Optional.of("probe:answered")),
        listener);
  }

  static SubscriptionView view() {
    return new SubscriptionView(
        "sip:bob@example.org",
        "bob",
        "example.org",
        "alice",
        "example.org",
        "alice",
        "example.org",
        "presence",
        "7",
        "totag",
        "fromtag",
        "call@example.org",
        2,
        1,
        "sip:alice@192.0.2.7",
        "sip:192.0.2.1",
        "",
        3600,
        1,
        "",
        3,
        0,
        "phone",
        "udp:192.0.2.1:5060");
  }
}
