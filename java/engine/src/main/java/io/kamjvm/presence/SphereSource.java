// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.Consumer;

/** Tells in which sphere a presentity is by its documents as they are now. Engine thread only. */
interface SphereSource {

  /**
   * Looks, in the table where that is the truth.
   *
   * @param found hears it, within this call or in a later turn; empty when no document says it, the
   *     table does not answer, or {@code enable_sphere_check} is off
   */
  void find(Presentity presentity, Consumer<Optional<String>> found);
}
