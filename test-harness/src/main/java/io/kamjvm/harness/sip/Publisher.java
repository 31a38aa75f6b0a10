// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.util.ArrayList;
import java.util.List;

/** One publication from the publisher's side: remembers its entity tag. Not thread-safe. */
public final class Publisher {
  private final SipPeer peer;
  private final String presentity;
  private final Transport transport;
  private final List<SipMessage.Header> extra = new ArrayList<>();
  private String event = "presence";
  private String contentType = "application/pidf+xml";
  private String etag = "";

  Publisher(final SipPeer peer, final String presentity, final Transport transport) {
    this.peer = peer;
    this.presentity = presentity;
    this.transport = transport;
  }

  /** Publishes for another package than {@code presence}. */
  public Publisher event(final String name, final String type) {
    event = name;
    contentType = type;
    return this;
  }

  /** Adds a header to the requests to come. */
  public Publisher header(final String name, final String value) {
    extra.add(new SipMessage.Header(name, value));
    return this;
  }

  /** Asks the script for a variation. */
  public Publisher scene(final String words) {
    return header("X-Scene", words);
  }

  /** The current entity tag; empty before the first success and after removal. */
  public String etag() {
    return etag;
  }

  /** A PUBLISH with Event and, if there is a publication, SIP-If-Match; not yet sent. */
  public RequestDraft draft() {
    final RequestDraft draft =
        peer.request(transport, "PUBLISH", presentity, presentity).header("Event", event);
    if (!etag.isEmpty()) {
      draft.header("SIP-If-Match", etag);
    }
    extra.forEach(header -> draft.header(header.name(), header.value()));
    return draft;
  }

  /** Sends a PUBLISH and remembers the tag of a 200. */
  public SipMessage send(final RequestDraft draft) {
    final SipMessage reply = peer.send(draft);
    if (reply.code() == 200) {
      etag = reply.required("SIP-ETag");
    }
    return reply;
  }

  /** Publishes a document, or replaces the one there is. */
  public SipMessage publish(final String body, final int expires) {
    return send(draft().header("Expires", Integer.toString(expires)).body(contentType, body));
  }

  /** Publishes for 600 s and insists on success; comes back later when the server is busy. */
  public SipMessage publish(final String body) {
    final SipMessage reply = Patience.insist(() -> publish(body, 600));
    if (reply.code() != 200) {
      throw new AssertionError("PUBLISH refused:\n" + reply);
    }
    return reply;
  }

  /** Prolongs without a body. */
  public SipMessage refresh(final int expires) {
    return send(draft().header("Expires", Integer.toString(expires)));
  }

  /** Removes the publication. */
  public SipMessage remove() {
    final SipMessage reply = refresh(0);
    etag = "";
    return reply;
  }
}
