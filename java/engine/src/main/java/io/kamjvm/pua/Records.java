// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The records, in memory or in the table. A question is answered in the same turn or a later one;
 * the answer is empty when the table does not give one. Engine thread only.
 */
interface Records {

  /** Those of a presentity, newest first, those that are not established yet too. */
  void of(String presentityUri, Consumer<Optional<List<PuaRecord>>> found);

  /** The dialogs of a Call-ID. */
  void ofCall(String callId, Consumer<Optional<List<PuaRecord>>> found);

  /** Those with this id, which is not empty. */
  void withId(String id, Consumer<Optional<List<PuaRecord>>> found);

  /** All of a source, by its stored flag. */
  void ofSource(int flag, Consumer<Optional<List<PuaRecord>>> found);

  /** The established ones that expire before that. */
  void expiring(long beforeEpochSeconds, Consumer<List<PuaRecord>> found);

  /** A new one, whose first request is being made; nothing is kept of it yet. */
  void add(PuaRecord record);

  /** Its row is to be kept as it is now. */
  void changed(PuaRecord record);

  /** It is over. */
  void remove(PuaRecord record);

  /**
   * This server is about to refresh it.
   *
   * @param until epoch seconds until when other servers are to leave it alone
   * @param claimed whether no other server does
   */
  void claim(PuaRecord record, long until, Consumer<Boolean> claimed);

  /** Nothing is under way with it. */
  void rests(PuaRecord record);
}
