// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.Map;

/**
 * What became of an {@link OutgoingRequest}. Called on the engine thread. Order: {@link #completed}
 * may come before {@link #sent}; after {@link #dropped}, {@link #failed} or {@link #lost} nothing
 * more comes.
 */
public interface RequestListener {

  /** tm has taken it; {@code cseq} is what it carried, {@code micros} how long sending took. */
  void sent(long cseq, long micros);

  /** {@code event_route[tm:local-request]} dropped it; the CSeq is consumed. */
  void dropped();

  /** It could not be sent (no socket, name that does not resolve ...). */
  void failed(String reason);

  /**
   * Its final answer, or 408 when none came.
   *
   * @param xavps what the event route has set of {@link KamailioModule#answerRoutes}, numbers only
   */
  void completed(int code, String reason, Map<String, Long> xavps);

  /** As {@link #completed(int, String, Map)}, when no event route has set anything. */
  default void completed(final int code, final String reason) {
    completed(code, reason, Map.of());
  }

  /** As {@link #completed(int, String, Map)}, for who wants to know what the reply says. */
  default void completed(final FinalReply reply) {
    completed(reply.code(), reply.reason(), reply.xavps());
  }

  /** No result arrived in time: its courier or the record of it is gone. */
  void lost();
}
