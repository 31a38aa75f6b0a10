// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.sip.RawSipPeer;
import io.kamjvm.harness.sip.RequestDraft;
import io.kamjvm.harness.sip.SipMessage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A participant's device: a socket, at most one dialog and one publication. A thread of its own
 * hears messages and answers requests; retransmissions are answered again and counted once. The
 * state of dialog and publication belongs to the thread that plays the scenario.
 */
final class Phone implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final String name;
  private final String uri;
  private final RawSipPeer socket;
  private final Thread ears;
  private final List<SipMessage> requests = new ArrayList<>();
  private final List<SipMessage> replies = new ArrayList<>();
  private final Set<String> branches = new HashSet<>();
  private volatile boolean closed;
  private int answer = 200;
  private int taken;

  /** The subscription; texts are empty as long as there is none. */
  private String callId = "";

  private String tag = "";
  private String remoteTag = "";
  private String presentity = "";
  private String target = "";
  private long cseq;
  private String entityTag = "";
  private String lastRequest = "";

  Phone(final String name, final String uri, final int port, final boolean tcp) {
    this.name = name;
    this.uri = uri;
    this.socket = tcp ? RawSipPeer.tcp(port) : RawSipPeer.udp(port);
    this.ears = new Thread(this::listen, "phone-" + name);
    ears.setDaemon(true);
    ears.start();
  }

  String name() {
    return name;
  }

  String uri() {
    return uri;
  }

  /** Contact of the user, in the socket's transport. */
  String contact() {
    return socket.contact(uri.substring(4, uri.indexOf('@')));
  }

  /** Host and port. */
  String address() {
    return contact().replaceFirst(".*@", "").replaceFirst(";.*", "");
  }

  private void listen() {
    while (!closed) {
      try {
        final long began = System.nanoTime();
        final var message = socket.receive(PATIENCE);
        if (message.isPresent()) {
          take(message.get());
        } else if (System.nanoTime() - began < PATIENCE.toNanos() / 2) {
          Thread.sleep(PATIENCE.toMillis()); /* the connection has ended */
        }
      } catch (final UncheckedIOException | InterruptedException e) {
        return;
      }
    }
  }

  private void take(final SipMessage message) {
    final int code;
    synchronized (this) {
      if (!message.isRequest()) {
        if (message.code() >= 200) {
          replies.add(message);
        }
        notifyAll();
        return;
      }
      if (branches.add(branch(message))) {
        requests.add(message);
      }
      code = answer;
      notifyAll();
    }
    if (code != 0) {
      socket.send(reply(message, code));
    }
  }

  private static String branch(final SipMessage message) {
    return branch("Via: " + message.header("Via").orElse(""));
  }

  /** The branch of a request that is written out. */
  static String branch(final String text) {
    return text.replaceFirst("(?s)^.*?branch=", "").replaceFirst("(?s)[\r;].*", "");
  }

  private static String reply(final SipMessage request, final int code) {
    final StringBuilder text = new StringBuilder("SIP/2.0 " + code + " As told\r\n");
    for (final SipMessage.Header header : request.headers()) {
      if (Set.of("Via", "From", "To", "Call-ID", "CSeq").contains(header.name())) {
        text.append(header.name()).append(": ").append(header.value()).append("\r\n");
      }
    }
    return text.append("Content-Length: 0\r\n\r\n").toString();
  }

  /** How requests are answered from now on; 0 for not at all. */
  synchronized void answerWith(final int code) {
    answer = code;
  }

  /** Waits until so many requests were heard since the beginning; false when they do not come. */
  synchronized boolean awaitRequests(final int count, final Duration limit) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (requests.size() < count) {
      final long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return false;
      }
      pause(millis);
    }
    return true;
  }

  /** The requests that were heard and not yet taken. */
  synchronized List<SipMessage> takeRequests() {
    final List<SipMessage> fresh = List.copyOf(requests.subList(taken, requests.size()));
    taken = requests.size();
    return fresh;
  }

  /** How many requests were heard since the beginning. */
  synchronized int heard() {
    return requests.size();
  }

  /** Sends a request as it is. */
  void send(final String text) {
    lastRequest = text;
    synchronized (this) {
      replies.clear();
    }
    socket.send(text);
  }

  /** Waits for a final reply to the request with that branch; all of those that came. */
  synchronized List<SipMessage> awaitReplies(final String branch, final Duration limit) {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      final List<SipMessage> mine =
          replies.stream().filter(reply -> branch(reply).equals(branch)).toList();
      final long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (!mine.isEmpty() || millis <= 0) {
        return mine;
      }
      pause(millis);
    }
  }

  private void pause(final long millis) {
    try {
      wait(millis);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The last request as it was sent; empty before the first. */
  String lastRequest() {
    return lastRequest;
  }

  /** A request outside of dialogs. */
  RequestDraft request(final String method, final String to) {
    return socket.request(method, to, uri);
  }

  /** Begins a new dialog with its next SUBSCRIBE. */
  void forgetDialog() {
    callId = "";
    remoteTag = "";
  }

  /** The next SUBSCRIBE of the dialog, or the first one of a new dialog. */
  RequestDraft subscribe(final String whom) {
    if (callId.isEmpty()) {
      callId = RequestDraft.token() + "@127.0.0.1";
      tag = RequestDraft.token();
      presentity = whom;
      target = whom;
      cseq = 0;
    }
    cseq++;
    return socket
        .request("SUBSCRIBE", target, uri)
        .with("From", "<" + uri + ">;tag=" + tag)
        .with("To", "<" + presentity + ">" + (remoteTag.isEmpty() ? "" : ";tag=" + remoteTag))
        .with("Call-ID", callId)
        .with("CSeq", cseq + " SUBSCRIBE")
        .header("Contact", "<" + contact() + ">");
  }

  /** Takes over what a 2xx to a SUBSCRIBE says. */
  void subscribed(final SipMessage reply) {
    remoteTag = reply.toTag().orElse("");
    reply
        .header("Contact")
        .ifPresent(contact -> target = contact.replaceFirst("^.*<", "").replaceFirst(">.*$", ""));
  }

  String callId() {
    return callId;
  }

  String tag() {
    return tag;
  }

  String remoteTag() {
    return remoteTag;
  }

  long cseq() {
    return cseq;
  }

  String entityTag() {
    return entityTag;
  }

  void entityTag(final String value) {
    entityTag = value;
  }

  @Override
  public void close() {
    closed = true;
    socket.close();
    ears.interrupt();
  }
}
