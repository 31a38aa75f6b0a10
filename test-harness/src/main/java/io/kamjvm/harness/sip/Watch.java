// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One subscription dialog from the subscriber's side. Requests belong to one thread; NOTIFYs arrive
 * on the stack's threads and wait in a queue.
 */
public final class Watch {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final SipPeer peer;
  private final String watcher;
  private final String presentity;
  private final Transport transport;
  private final String callId = RequestDraft.token() + "@127.0.0.1";
  private final String fromTag = RequestDraft.token();
  private final BlockingQueue<Notify> notifies = new LinkedBlockingQueue<>();
  private final AtomicReference<NotifyAnswer> answer = new AtomicReference<>(NotifyAnswer.OK);
  private final List<SipMessage.Header> extra = new ArrayList<>();
  private String event = "presence";
  private String contact;
  private String remoteTag = "";
  private String target;
  private long cseq;

  Watch(
      final SipPeer peer,
      final String watcher,
      final String presentity,
      final Transport transport) {
    this.peer = peer;
    this.watcher = watcher;
    this.presentity = presentity;
    this.transport = transport;
    this.target = presentity;
    final String user = watcher.replaceFirst("^sips?:", "").replaceFirst("@.*", "");
    this.contact = peer.contact(user, transport);
  }

  /** Subscribes to another package than {@code presence}. */
  public Watch event(final String name) {
    event = name;
    return this;
  }

  /** Changes the Contact of the requests to come. */
  public Watch contact(final String uri) {
    contact = uri;
    return this;
  }

  /** Adds a header to the requests to come. */
  public Watch header(final String name, final String value) {
    extra.add(new SipMessage.Header(name, value));
    return this;
  }

  /** Asks the script for a variation. */
  public Watch scene(final String words) {
    return header("X-Scene", words);
  }

  /** How NOTIFYs are answered from now on. */
  public Watch answering(final NotifyAnswer wanted) {
    answer.set(wanted);
    return this;
  }

  /** Call-ID of the dialog. */
  public String callId() {
    return callId;
  }

  /** Our tag. */
  public String fromTag() {
    return fromTag;
  }

  /** The server's tag; empty before the first reply. */
  public String remoteTag() {
    return remoteTag;
  }

  /** Contact in use. */
  public String contact() {
    return contact;
  }

  /** CSeq of the last SUBSCRIBE. */
  public long lastCseq() {
    return cseq;
  }

  /** The next SUBSCRIBE of this dialog, not yet sent. */
  public RequestDraft draft() {
    cseq++;
    final RequestDraft draft =
        peer.request(transport, "SUBSCRIBE", target, watcher)
            .with("From", "<" + watcher + ">;tag=" + fromTag)
            .with("To", "<" + presentity + ">" + (remoteTag.isEmpty() ? "" : ";tag=" + remoteTag))
            .with("Call-ID", callId)
            .with("CSeq", cseq + " SUBSCRIBE")
            .header("Event", event)
            .header("Contact", "<" + contact + ">");
    extra.forEach(header -> draft.header(header.name(), header.value()));
    return draft;
  }

  /** Sends a SUBSCRIBE and takes over tag and target from a 2xx. */
  public SipMessage send(final RequestDraft draft) {
    peer.register(this);
    final SipMessage reply = peer.send(draft);
    if (reply.code() / 100 == 2) {
      remoteTag = reply.toTag().orElse("");
      target = reply.required("Contact").replaceFirst("^.*<", "").replaceFirst(">.*$", "");
    }
    return reply;
  }

  /** SUBSCRIBE with this Expires: initial first, a refresh afterwards. */
  public SipMessage subscribe(final int expires) {
    return send(draft().header("Expires", Integer.toString(expires)));
  }

  /**
   * SUBSCRIBE with Expires 600 that must succeed, and the NOTIFY that answers it; comes back later
   * when the server is busy.
   */
  public Notify start() {
    final SipMessage reply = Patience.insist(() -> subscribe(600));
    if (reply.code() / 100 != 2) {
      throw new AssertionError("SUBSCRIBE refused:\n" + reply);
    }
    return next();
  }

  NotifyAnswer receive(final Notify notify) {
    /* first: whoever takes the NOTIFY may change the answer to the next one */
    final NotifyAnswer wanted = answer.get();
    notifies.add(notify);
    return wanted;
  }

  /** Forgets the NOTIFYs that came and were not looked at. */
  public void forget() {
    notifies.clear();
  }

  /** The next NOTIFY, which must come within 5 s. */
  public Notify next() {
    return next(LIMIT);
  }

  /** The next NOTIFY. */
  public Notify next(final Duration limit) {
    return poll(limit)
        .orElseThrow(
            () -> new AssertionError("no NOTIFY within " + limit.toMillis() + " ms, " + callId));
  }

  /** The next NOTIFY, if one comes in time. */
  public Optional<Notify> poll(final Duration limit) {
    try {
      return Optional.ofNullable(notifies.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The NOTIFYs up to the first one whose body contains the text, that one last. */
  public List<Notify> untilBody(final String text, final Duration limit) {
    final long deadline = System.nanoTime() + limit.toNanos();
    final List<Notify> seen = new ArrayList<>();
    while (true) {
      final Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      final Optional<Notify> notify = poll(left);
      if (notify.isEmpty()) {
        throw new AssertionError("no NOTIFY with '" + text + "' in time; came: " + seen);
      }
      seen.add(notify.get());
      if (notify.get().body().contains(text)) {
        return seen;
      }
    }
  }

  /** Fails when a NOTIFY comes within the time. */
  public void expectSilence(final Duration time) {
    poll(time)
        .ifPresent(
            notify -> {
              throw new AssertionError("unexpected NOTIFY:\n" + notify.message());
            });
  }
}
