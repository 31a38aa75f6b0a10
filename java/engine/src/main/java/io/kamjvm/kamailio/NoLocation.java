// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.function.BiConsumer;

/** No module has bound usrloc. */
enum NoLocation implements UserLocation {
  INSTANCE;

  @Override
  public boolean bound() {
    return false;
  }

  @Override
  public AorRule rule() {
    return new AorRule(false, false, "");
  }

  @Override
  public boolean complete() {
    return false;
  }

  @Override
  public List<RegisteredContact> contacts(final String table, final String aor) {
    return List.of();
  }

  @Override
  public void forEach(final BiConsumer<String, String> consumer) {
    // nobody is registered
  }

  @Override
  public void listen(final LocationListener listener) {
    // nothing will ever change
  }
}
