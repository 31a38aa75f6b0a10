// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Optional;

/** What is done to a document before it is published. Bounded: it runs on the engine thread. */
@FunctionalInterface
public interface BodyProcessing {

  /**
   * A document as it is to be sent.
   *
   * @param tupleId what is remembered for the series from now on; empty if nothing is
   */
  record Processed(byte[] body, Optional<String> tupleId) {}

  /**
   * Processes.
   *
   * @param version of this document in its series, from 0
   * @param tupleId what was remembered for the series
   * @throws UnpublishableException when the document can not be published
   */
  Processed process(byte[] body, long version, Optional<String> tupleId)
      throws UnpublishableException;

  /** Leaves the document as it is. */
  static BodyProcessing none() {
    return (body, version, tupleId) -> new Processed(body, tupleId);
  }

  /** For events that carry no documents. */
  static BodyProcessing refusing() {
    return (body, version, tupleId) -> {
      throw new UnpublishableException("this event carries no document");
    };
  }
}
