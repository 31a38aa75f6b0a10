// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.Consumer;

/** Tells in which sphere a presentity is by its documents as they are now. Engine thread only. */
interface SphereSource {

  /**
   * What the documents say.
   *
   * @param sphere empty when none says it, and when {@code enable_sphere_check} is off
   */
  record Stated(Optional<String> sphere) {}

  /**
   * Looks, in the table where that is the truth.
   *
   * @param found hears it, within this call or in a later turn; empty when the table does not
   *     answer: then nobody can be judged
   */
  void find(Presentity presentity, Consumer<Optional<Stated>> found);
}
