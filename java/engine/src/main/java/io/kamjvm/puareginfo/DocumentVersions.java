// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puareginfo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The version of the last document of each dialog; the oldest dialogs are forgotten. */
final class DocumentVersions {
  private static final int MOST = 100_000;

  private final Map<String, Long> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  /** Whether a document is older than one that has come before; if not, it is the last one now. */
  boolean isOld(final String dialog, final OptionalLong version) {
    if (version.isEmpty()) {
      return false;
    }
    final Long before = last.get(dialog);
    if (before != null && version.getAsLong() < before) {
      return true;
    }
    last.put(dialog, version.getAsLong());
    return false;
  }
}
