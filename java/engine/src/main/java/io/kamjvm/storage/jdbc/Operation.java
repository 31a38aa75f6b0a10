// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;

/**
 * The kinds of change, each carried out by one prepared statement (a replacement or an exchange by
 * two).
 */
enum Operation {
  PUT_PUBLICATION,
  REPLACE_PUBLICATION,
  EXCHANGE_PUBLICATION,
  REMOVE_PUBLICATION,
  PUT_SUBSCRIPTION,
  ADD_SUBSCRIPTION,
  UPDATE_SUBSCRIPTION,
  REMOVE_SUBSCRIPTION,
  END_SUBSCRIPTION,
  AUTHORIZE_SUBSCRIPTIONS,
  MARK_SUBSCRIPTIONS,
  MARK_SUBSCRIPTION,
  PUT_WATCHER,
  REMOVE_WATCHER,
  REMOVE_PENDING_WATCHERS,
  PUT_PUA,
  REMOVE_PUA,
  CLAIM_PUA,
  REMOVE_EXPIRED_PUA,
  PUT_PA,
  REMOVE_PA;

  private static final Object[] NONE = {};

  static Operation of(final Change change) {
    // A switch over patterns would be shorter, but is not in this Java version.
    if (change instanceof Change.PutPublication) {
      return PUT_PUBLICATION;
    } else if (change instanceof Change.ReplacePublication) {
      return REPLACE_PUBLICATION;
    } else if (change instanceof Change.ExchangePublication) {
      return EXCHANGE_PUBLICATION;
    } else if (change instanceof Change.RemovePublication) {
      return REMOVE_PUBLICATION;
    } else if (change instanceof Change.PutSubscription) {
      return PUT_SUBSCRIPTION;
    } else if (change instanceof Change.AddSubscription) {
      return ADD_SUBSCRIPTION;
    } else if (change instanceof Change.UpdateSubscription) {
      return UPDATE_SUBSCRIPTION;
    } else if (change instanceof Change.RemoveSubscription) {
      return REMOVE_SUBSCRIPTION;
    } else if (change instanceof Change.EndSubscription) {
      return END_SUBSCRIPTION;
    } else if (change instanceof Change.AuthorizeSubscriptions) {
      return AUTHORIZE_SUBSCRIPTIONS;
    } else if (change instanceof Change.MarkSubscriptions) {
      return MARK_SUBSCRIPTIONS;
    } else if (change instanceof Change.MarkSubscription) {
      return MARK_SUBSCRIPTION;
    } else if (change instanceof Change.PutWatcher) {
      return PUT_WATCHER;
    } else if (change instanceof Change.RemoveWatcher) {
      return REMOVE_WATCHER;
    } else if (change instanceof Change.RemovePendingWatchers) {
      return REMOVE_PENDING_WATCHERS;
    } else if (change instanceof Change.PutPua) {
      return PUT_PUA;
    } else if (change instanceof Change.RemovePua) {
      return REMOVE_PUA;
    } else if (change instanceof Change.ClaimPua) {
      return CLAIM_PUA;
    } else if (change instanceof Change.RemoveExpiredPua) {
      return REMOVE_EXPIRED_PUA;
    } else if (change instanceof Change.PutPa) {
      return PUT_PA;
    } else if (change instanceof Change.RemovePa) {
      return REMOVE_PA;
    }
    throw new IllegalArgumentException("no operation for " + change.getClass());
  }

  /** The table that the change is about. */
  static Table<?> table(final Tables tables, final Change change) {
    if (change instanceof Change.PutPa put) {
      return tables.pa(put.row().table());
    } else if (change instanceof Change.RemovePa remove) {
      return tables.pa(remove.key().table());
    }
    return of(change).table(tables);
  }

  Table<?> table(final Tables tables) {
    return switch (this) {
      case PUT_PUBLICATION, REPLACE_PUBLICATION, EXCHANGE_PUBLICATION, REMOVE_PUBLICATION ->
          tables.publications();
      case PUT_SUBSCRIPTION,
          ADD_SUBSCRIPTION,
          UPDATE_SUBSCRIPTION,
          REMOVE_SUBSCRIPTION,
          END_SUBSCRIPTION,
          AUTHORIZE_SUBSCRIPTIONS,
          MARK_SUBSCRIPTIONS,
          MARK_SUBSCRIPTION ->
          tables.subscriptions();
      case PUT_WATCHER, REMOVE_WATCHER, REMOVE_PENDING_WATCHERS -> tables.watchers();
      case PUT_PUA, REMOVE_PUA, CLAIM_PUA, REMOVE_EXPIRED_PUA -> tables.pua();
      case PUT_PA, REMOVE_PA ->
          throw new IllegalStateException("changes of pa are of several tables");
    };
  }

  /** The values of the row that is written, in column order; empty if not a whole row is. */
  Object[] row(final Tables tables, final Change change) {
    return switch (this) {
      case PUT_PUBLICATION -> tables.publications().values(((Change.PutPublication) change).row());
      case REPLACE_PUBLICATION ->
          tables.publications().values(((Change.ReplacePublication) change).row());
      case EXCHANGE_PUBLICATION ->
          tables.publications().values(((Change.ExchangePublication) change).row());
      case PUT_SUBSCRIPTION ->
          tables.subscriptions().values(((Change.PutSubscription) change).row());
      case ADD_SUBSCRIPTION ->
          tables.subscriptions().values(((Change.AddSubscription) change).row());
      case UPDATE_SUBSCRIPTION ->
          tables.subscriptions().values(((Change.UpdateSubscription) change).row());
      case PUT_WATCHER -> tables.watchers().values(((Change.PutWatcher) change).row());
      case PUT_PUA -> tables.pua().values(((Change.PutPua) change).row());
      case PUT_PA -> ((Change.PutPa) change).row().values().toArray();
      default -> NONE;
    };
  }

  /** The key of the row that is looked for, in key column order; empty if there is none. */
  Object[] oldKey(final Change change) {
    return switch (this) {
      case REPLACE_PUBLICATION -> {
        final Change.ReplacePublication replace = (Change.ReplacePublication) change;
        yield key(replace.row(), replace.oldEtag());
      }
      case EXCHANGE_PUBLICATION -> {
        final Change.ExchangePublication exchange = (Change.ExchangePublication) change;
        yield key(exchange.row(), exchange.oldEtag());
      }
      case REMOVE_PUBLICATION -> {
        final Change.RemovePublication remove = (Change.RemovePublication) change;
        yield new Object[] {remove.user(), remove.domain(), remove.event(), remove.etag()};
      }
      case REMOVE_SUBSCRIPTION -> {
        final Change.RemoveSubscription remove = (Change.RemoveSubscription) change;
        yield new Object[] {remove.callId(), remove.toTag(), remove.fromTag()};
      }
      case PUT_PUA -> PuaTable.key(((Change.PutPua) change).before());
      case REMOVE_PUA -> PuaTable.key(((Change.RemovePua) change).key());
      case CLAIM_PUA -> PuaTable.key(((Change.ClaimPua) change).key());
      case REMOVE_PA -> ((Change.RemovePa) change).key().values().toArray();
      case END_SUBSCRIPTION -> key(((Change.EndSubscription) change).dialog());
      case MARK_SUBSCRIPTION -> key(((Change.MarkSubscription) change).dialog());
      case REMOVE_WATCHER -> {
        final Change.RemoveWatcher remove = (Change.RemoveWatcher) change;
        yield new Object[] {remove.presentityUri(), remove.user(), remove.domain(), remove.event()};
      }
      default -> NONE;
    };
  }

  private static Object[] key(final PublicationRow row, final String etag) {
    return new Object[] {row.user(), row.domain(), row.event(), etag};
  }

  static Object[] key(final DialogId dialog) {
    return new Object[] {dialog.callId(), dialog.localTag(), dialog.remoteTag()};
  }
}
