// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import java.util.Locale;

/** The kinds of change, each carried out by one prepared statement (a replacement by two). */
enum Operation {
  PUT_PUBLICATION,
  REPLACE_PUBLICATION,
  REMOVE_PUBLICATION,
  PUT_SUBSCRIPTION,
  REMOVE_SUBSCRIPTION,
  PUT_WATCHER,
  REMOVE_WATCHER;

  private static final Object[] NONE = {};

  static Operation of(final Change change) {
    // A switch over patterns would be shorter, but is not in this Java version.
    if (change instanceof Change.PutPublication) {
      return PUT_PUBLICATION;
    } else if (change instanceof Change.ReplacePublication) {
      return REPLACE_PUBLICATION;
    } else if (change instanceof Change.RemovePublication) {
      return REMOVE_PUBLICATION;
    } else if (change instanceof Change.PutSubscription) {
      return PUT_SUBSCRIPTION;
    } else if (change instanceof Change.RemoveSubscription) {
      return REMOVE_SUBSCRIPTION;
    } else if (change instanceof Change.PutWatcher) {
      return PUT_WATCHER;
    } else {
      return REMOVE_WATCHER;
    }
  }

  Table<?> table(final Tables tables) {
    return switch (this) {
      case PUT_PUBLICATION, REPLACE_PUBLICATION, REMOVE_PUBLICATION -> tables.publications();
      case PUT_SUBSCRIPTION, REMOVE_SUBSCRIPTION -> tables.subscriptions();
      case PUT_WATCHER, REMOVE_WATCHER -> tables.watchers();
    };
  }

  /** The values to write, in column order; empty for a removal. */
  Object[] row(final Tables tables, final Change change) {
    return switch (this) {
      case PUT_PUBLICATION -> tables.publications().values(((Change.PutPublication) change).row());
      case REPLACE_PUBLICATION ->
          tables.publications().values(((Change.ReplacePublication) change).row());
      case PUT_SUBSCRIPTION ->
          tables.subscriptions().values(((Change.PutSubscription) change).row());
      case PUT_WATCHER -> tables.watchers().values(((Change.PutWatcher) change).row());
      case REMOVE_PUBLICATION, REMOVE_SUBSCRIPTION, REMOVE_WATCHER -> NONE;
    };
  }

  /** The key of the row that is looked for, in key column order; empty for a plain put. */
  Object[] oldKey(final Change change) {
    return switch (this) {
      case REPLACE_PUBLICATION -> {
        final Change.ReplacePublication replace = (Change.ReplacePublication) change;
        yield new Object[] {
          replace.row().user(), replace.row().domain(), replace.row().event(), replace.oldEtag()
        };
      }
      case REMOVE_PUBLICATION -> {
        final Change.RemovePublication remove = (Change.RemovePublication) change;
        yield new Object[] {remove.user(), remove.domain(), remove.event(), remove.etag()};
      }
      case REMOVE_SUBSCRIPTION -> {
        final Change.RemoveSubscription remove = (Change.RemoveSubscription) change;
        yield new Object[] {remove.callId(), remove.toTag(), remove.fromTag()};
      }
      case REMOVE_WATCHER -> {
        final Change.RemoveWatcher remove = (Change.RemoveWatcher) change;
        yield new Object[] {remove.presentityUri(), remove.user(), remove.domain(), remove.event()};
      }
      case PUT_PUBLICATION, PUT_SUBSCRIPTION, PUT_WATCHER -> NONE;
    };
  }

  /**
   * What a change touches: changes with different answers can not touch the same row. Coarser than
   * the key, and without letter case, because some databases compare without it.
   */
  static String entity(final Change change) {
    final String entity;
    if (change instanceof Change.PutPublication put) {
      entity = publication(put.row().user(), put.row().domain(), put.row().event());
    } else if (change instanceof Change.ReplacePublication replace) {
      entity = publication(replace.row().user(), replace.row().domain(), replace.row().event());
    } else if (change instanceof Change.RemovePublication remove) {
      entity = publication(remove.user(), remove.domain(), remove.event());
    } else if (change instanceof Change.PutSubscription put) {
      entity = "s " + put.row().callId();
    } else if (change instanceof Change.RemoveSubscription remove) {
      entity = "s " + remove.callId();
    } else if (change instanceof Change.PutWatcher put) {
      entity = "w " + put.row().presentityUri();
    } else {
      entity = "w " + ((Change.RemoveWatcher) change).presentityUri();
    }
    return entity.toLowerCase(Locale.ROOT);
  }

  private static String publication(final String user, final String domain, final String event) {
    return "p " + event + ' ' + user + '@' + domain;
  }
}
