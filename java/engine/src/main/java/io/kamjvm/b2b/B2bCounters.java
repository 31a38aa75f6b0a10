// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

/** What has happened since the engine's start. Engine thread only. */
final class B2bCounters {
  long created;
  long destroyed;
  long notifyOk;
  long notifyUnmatched;
  long parseErrors;
  long retries;
}
