// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import java.util.Optional;
import java.util.OptionalLong;

/** For whom a SIP subscription is kept alive. Engine thread only. */
interface EuacClient {

  /** A document as it came. */
  record Body(byte[] bytes, String contentType) {}

  /**
   * What is known now.
   *
   * @param doc empty when none came, or none that could be read
   */
  void heard(
      Status status, Optional<PresenceDoc> doc, Optional<String> reason, OptionalLong retryAfter);

  /** There is a grant for so many seconds from now on. */
  void granted(long seconds);

  /** Nothing more comes by itself: the other side wants no further attempt. */
  void parked();

  /** Something has changed that a successor of this engine must know. */
  void changed();

  /** It is over. */
  void ended();
}
