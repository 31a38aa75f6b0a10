// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.TlvReader;
import io.kamjvm.kamailio.SipRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A call's request area.
 *
 * @param function id from the config section; -1 when missing
 * @param deferral the OPEN deferral record that belongs to the call
 * @param depth calls open below this one
 */
record CallRequest(
    long function,
    List<String> arguments,
    Optional<SipRequest> message,
    Optional<Deferral> deferral,
    boolean transaction,
    String replyToTag,
    int depth) {

  /** A deferral record and the use of it that is meant. */
  record Deferral(long record, long generation) {}

  /**
   * Decodes and copies everything out of the area.
   *
   * @throws IllegalArgumentException when the fields do not add up
   */
  static CallRequest decode(final TlvReader fields) {
    long function = -1;
    final List<String> arguments = new ArrayList<>(4);
    Optional<SipRequest> message = Optional.empty();
    long record = -1;
    long generation = 0;
    boolean transaction = false;
    String replyToTag = "";
    int depth = 0;
    while (fields.next()) {
      switch (fields.tag()) {
        case T_FUNCTION -> function = fields.integer();
        case T_ARG -> arguments.add(fields.string());
        case T_MESSAGE -> message = Optional.of(MessageCodec.decode(fields.nested()));
        case T_DEFERRAL -> record = fields.integer();
        case T_GENERATION -> generation = fields.integer();
        case T_TRANSACTION -> transaction = fields.integer() != 0;
        case T_REPLY_TO_TAG -> replyToTag = fields.string();
        case T_DEPTH -> depth = Math.toIntExact(fields.integer());
        default -> {
          // a newer shim may say more
        }
      }
    }
    return new CallRequest(
        function,
        List.copyOf(arguments),
        message,
        record < 0 ? Optional.empty() : Optional.of(new Deferral(record, generation)),
        transaction,
        replyToTag,
        depth);
  }
}
