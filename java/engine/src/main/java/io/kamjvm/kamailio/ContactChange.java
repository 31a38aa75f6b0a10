// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.Set;

/**
 * What has become of one binding.
 *
 * @param table usrloc's name of it, e.g. {@code location}
 * @param aor the record's key: {@code alice}, or {@code alice@example.com} with {@code use_domain}
 * @param contact as it is now; as it was last, when it has gone
 * @param own whether the engine has asked for it ({@link AorWork})
 * @param marks what the script has said before it brought this about
 */
public record ContactChange(
    Kind kind,
    String table,
    String aor,
    RegisteredContact contact,
    boolean own,
    Set<ScriptMark> marks) {

  /** Kinds of change. */
  public enum Kind {
    CREATED,
    REFRESHED,
    UNREGISTERED,
    EXPIRED;

    /** Whether the binding has gone. */
    public boolean isEnd() {
      return this == UNREGISTERED || this == EXPIRED;
    }
  }

  public ContactChange {
    marks = Set.copyOf(marks);
  }
}
