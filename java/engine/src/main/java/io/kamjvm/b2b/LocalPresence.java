// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The presence server for which we publish what we hear. Engine thread only. */
public interface LocalPresence {

  /**
   * A publication.
   *
   * @param uri of the presentity, {@code sip:user@host}
   * @param etag of the publication that it continues
   * @param expires seconds; 0 takes it back
   * @param document PIDF; empty prolongs
   */
  record Publication(String uri, Optional<String> etag, long expires, Optional<byte[]> document) {}

  /**
   * What became of it.
   *
   * @param code as in a SIP reply
   * @param etag of the publication now
   * @param leastExpires seconds that a 423 asks for
   * @param granted seconds, if they may be other than was asked for
   */
  record Outcome(int code, Optional<String> etag, OptionalLong leastExpires, OptionalLong granted) {

    /** A refusal that says nothing more. */
    public static Outcome of(final int code) {
      return new Outcome(code, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** It is published for as long as was asked for. */
    public static Outcome published(final Optional<String> etag) {
      return new Outcome(200, etag, OptionalLong.empty(), OptionalLong.empty());
    }
  }

  /** Publishes; the outcome comes in this turn or a later one. */
  void publish(Publication publication, Consumer<Outcome> heard);

  /** After how many milliseconds what has failed for a while is tried again. */
  default long againMillis() {
    return 2_000;
  }
}
