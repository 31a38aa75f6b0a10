// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An element {@code registration} of a reginfo document, as far as it can be used.
 *
 * @param aor as written
 * @param terminated whether its state is; else it is active
 */
record Registration(String aor, boolean terminated, List<Contact> contacts) {

  /**
   * A contact address and what is said about it.
   *
   * @param present whether the binding exists; else it is to go
   * @param expires seconds; empty where the binding is to go and nothing is said
   */
  record Contact(
      String uri,
      boolean present,
      OptionalLong expires,
      OptionalInt q,
      String callId,
      long cseq,
      String received,
      String path,
      String userAgent) {}
}
