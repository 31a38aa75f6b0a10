// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * The location table (usrloc) as the engine knows it: told of every change in the order in which
 * the changes happen, and read as a whole when the engine starts. It is behind the table by the few
 * microseconds of the event ring; in {@code db_mode} 3 see {@link #whole}. Engine thread only;
 * nothing blocks.
 */
public interface UserLocation {

  /** Whether a loaded module has bound usrloc; if not, nothing else here says anything. */
  boolean bound();

  /** How the registrar makes keys. */
  AorRule rule();

  /**
   * Whether everybody who is registered is known here once the table is {@link #complete}. With
   * usrloc's {@code db_mode} 3 nobody can read the whole table: an AOR is known when its first
   * change has been told, which then tells of all its bindings.
   */
  default boolean whole() {
    return true;
  }

  /** Whether the table has been read as a whole; before that, contacts may be missing. */
  boolean complete();

  /**
   * The bindings of an AOR in the order of their making, those that have expired but are not
   * removed yet, too; empty list if there are none.
   *
   * @param table usrloc's name of it, e.g. {@code location}
   * @param aor the key, {@link AorRule#key}
   */
  List<RegisteredContact> contacts(String table, String aor);

  /** Calls with table and key of every AOR that has bindings. Costs what is registered. */
  void forEach(BiConsumer<String, String> consumer);

  /**
   * Hears of changes from now on. Without listeners Kamailio's processes do not even tell, so this
   * is to be called before the engine serves: in a module's constructor or {@code open()}.
   */
  void listen(LocationListener listener);

  /** That of a Kamailio without usrloc. */
  static UserLocation none() {
    return NoLocation.INSTANCE;
  }
}
