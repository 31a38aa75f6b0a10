// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.List;
import java.util.function.Consumer;

/** Where domain {@code registrar} hears of registered contacts (spec pa 1.13). Engine thread. */
interface ContactSource {

  /**
   * A registered contact.
   *
   * @param id stays the same when it is refreshed
   * @param uri the binding
   * @param expires epoch seconds; 0: permanent
   */
  record Contact(String id, String uri, long expires) {}

  /** Ends when nobody wants to know any more. */
  interface Interest {
    void end();
  }

  /**
   * Tells all contacts of an address-of-record, now or soon and again whenever one comes, goes or
   * is refreshed, until the interest ends.
   */
  Interest of(PresentityAddress address, Consumer<List<Contact>> listener);

  /** One in which nobody ever registers. */
  static ContactSource none() {
    return (address, listener) -> {
      listener.accept(List.of());
      return () -> {};
    };
  }
}
