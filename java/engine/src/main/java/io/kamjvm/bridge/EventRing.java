// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.Messages.*;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The one history of what Kamailio's processes say. Records of another epoch are skipped: they were
 * meant for an engine that is dead. Engine thread only.
 */
public final class EventRing {
  private static final int RESULT_HEADER = 16;

  private final CheckedRing ring;
  private final MessageHandler handler;
  private final EventSink sink;
  private final int epoch;
  private long stuckAt = -1;
  private long stuckSince;

  EventRing(final UnsafeBuffer region, final int offset, final int epoch, final EventSink sink) {
    this.ring =
        new CheckedRing(
            new UnsafeBuffer(
                region, offset, RegionLayout.EVENTS_CAPACITY + RegionLayout.RING_TRAILER));
    this.handler = this::event;
    this.sink = sink;
    this.epoch = epoch;
  }

  /** Reads at most {@code limit} records and returns how many. */
  public int poll(final int limit) {
    return ring.read(handler, limit);
  }

  /** Whether something has been said; not necessarily ready to be read. */
  public boolean hasEvents() {
    return ring.size() > 0;
  }

  /**
   * Frees the ring from a producer that died while it wrote: when the head has not moved for {@code
   * patience} nanoseconds although something follows.
   *
   * @return whether it did
   */
  public boolean unblock(final long now, final long patience) {
    final long head = ring.consumerPosition();
    if (ring.size() == 0 || head != stuckAt) {
      stuckAt = head;
      stuckSince = now;
      return false;
    }
    if (now - stuckSince < patience) {
      return false;
    }
    stuckSince = now;
    return ring.unblock();
  }

  /** How often the ring was found damaged and emptied. */
  public long corruptions() {
    return ring.corruptions();
  }

  private void event(
      final int type, final MutableDirectBuffer buffer, final int index, final int length) {
    switch (type) {
      case EV_CALL, EV_RESUME -> {
        if (length != 16) {
          sink.malformed(type, length);
        } else if (buffer.getInt(index + 8) == epoch) {
          final int frame = buffer.getInt(index);
          final int generation = buffer.getInt(index + 4);
          if (type == EV_CALL) {
            sink.called(frame, generation);
          } else {
            sink.resumed(frame, generation);
          }
        }
      }
      case EV_COURIER -> {
        if (length != 8) {
          sink.malformed(type, length);
        } else if (buffer.getInt(index) == epoch) {
          sink.courierReady(buffer.getInt(index + 4));
        }
      }
      case EV_SENT, EV_COMPLETED, EV_REPLIED, EV_USRLOC, EV_USRLOC_READ -> {
        if (length < RESULT_HEADER) {
          sink.malformed(type, length);
        } else if (buffer.getInt(index) == epoch) {
          final long id = buffer.getLong(index + 8);
          final TlvReader fields =
              new TlvReader(buffer, index + RESULT_HEADER, length - RESULT_HEADER);
          switch (type) {
            case EV_SENT -> sink.sent(id, fields);
            case EV_COMPLETED -> sink.completed(id, fields);
            case EV_USRLOC -> sink.usrloc(fields);
            case EV_USRLOC_READ -> sink.usrlocRead(id, fields);
            default -> sink.replied(id, fields);
          }
        }
      }
      default -> sink.malformed(type, length);
    }
  }
}
