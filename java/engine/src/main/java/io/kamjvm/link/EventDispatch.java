// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.bridge.EventSink;
import io.kamjvm.bridge.TlvReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes each event to whom it concerns; a fault in it costs that event. */
final class EventDispatch implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(EventDispatch.class);

  private final Calls calls;
  private final Couriers couriers;
  private final Replies replies;
  private final LocationMirror location;
  private final LocationReader reader;

  EventDispatch(
      final Calls calls,
      final Couriers couriers,
      final Replies replies,
      final LocationMirror location,
      final LocationReader reader) {
    this.calls = calls;
    this.couriers = couriers;
    this.replies = replies;
    this.location = location;
    this.reader = reader;
  }

  @Override
  public void called(final int frame, final int generation) {
    contain("a call", () -> calls.called(frame, generation));
  }

  @Override
  public void resumed(final int frame, final int generation) {
    contain("a step", () -> calls.resumed(frame, generation));
  }

  @Override
  public void sent(final long id, final TlvReader fields) {
    contain("a send result", () -> couriers.sent(id, fields));
  }

  @Override
  public void completed(final long id, final TlvReader fields) {
    contain("an answer", () -> couriers.completed(id, fields));
  }

  @Override
  public void replied(final long id, final TlvReader fields) {
    contain("a reply's result", () -> replies.replied(id, fields));
  }

  @Override
  public void usrloc(final TlvReader fields) {
    contain("a change of the location table", () -> location.said(LocationCodec.said(fields)));
  }

  @Override
  public void usrlocRead(final long id, final TlvReader fields) {
    contain("a part of the location table", () -> reader.read(id, fields));
  }

  @Override
  public void courierReady(final int courier) {
    contain(
        "a courier",
        () -> {
          couriers.pump();
          replies.pump();
        });
  }

  @Override
  public void malformed(final int type, final int length) {
    LOG.error("an event of type {} with {} bytes means nothing; skipped", type, length);
  }

  private static void contain(final String what, final Runnable body) {
    Faults.contain(body, e -> LOG.error("handling {} failed", what, e));
  }
}
