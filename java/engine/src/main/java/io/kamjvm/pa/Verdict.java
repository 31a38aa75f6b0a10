// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/** What a watcher may see. */
enum Verdict {
  ACTIVE,
  PENDING,
  REJECTED
}
