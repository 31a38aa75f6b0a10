// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

/** What is done about an order, before anybody else has heard of it. */
public sealed interface Decision {

  /** A request is on its way; {@link OrderListener#answered} will follow. */
  record Sent() implements Decision {}

  /** There is nothing to do, e.g. to end what does not exist. */
  record Nothing() implements Decision {}

  /** No series has the entity-tag that the order names. */
  record UnknownEtag() implements Decision {}

  /** A series can not start without a document. */
  record BodyMissing() implements Decision {}

  /** It can not be done. */
  record Refused(String why) implements Decision {}

  /** What upstream's {@code send_publish} returns: 0, 418, -10, -1. */
  default int code() {
    if (this instanceof UnknownEtag) {
      return 418;
    } else if (this instanceof BodyMissing) {
      return -10;
    }
    return this instanceof Refused ? -1 : 0;
  }
}
