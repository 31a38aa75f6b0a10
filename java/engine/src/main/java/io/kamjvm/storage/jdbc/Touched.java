// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Change;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.util.List;
import java.util.Locale;

/**
 * What a change touches: changes that have nothing in common can not touch the same row, or it does
 * not matter which comes first. Coarser than the keys, and without letter case, because some
 * databases compare without it.
 */
final class Touched {
  /** In common to all changes of the table, because one of them may concern any row. */
  private static final String ANY_WATCHER = "w *";

  private static final String ANY_PUA = "c *";

  private Touched() {}

  static List<String> by(final Change change) {
    return exactly(change).stream().map(entity -> entity.toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> exactly(final Change change) {
    if (change instanceof Change.PutPublication put) {
      return publication(put.row());
    } else if (change instanceof Change.ReplacePublication replace) {
      return publication(replace.row());
    } else if (change instanceof Change.ExchangePublication exchange) {
      return publication(exchange.row());
    } else if (change instanceof Change.RemovePublication remove) {
      return publication(remove.user(), remove.domain(), remove.event());
    } else if (change instanceof Change.PutSubscription put) {
      return subscription(put.row());
    } else if (change instanceof Change.AddSubscription add) {
      return subscription(add.row());
    } else if (change instanceof Change.UpdateSubscription update) {
      return subscription(update.row());
    } else if (change instanceof Change.RemoveSubscription remove) {
      // A row that goes is gone whether it is marked before or after: no presentity needed.
      return dialog(remove.callId());
    } else if (change instanceof Change.EndSubscription end) {
      return dialog(end.dialog().callId());
    } else if (change instanceof Change.AuthorizeSubscriptions authorize) {
      return List.of("m " + authorize.presentityUri());
    } else if (change instanceof Change.MarkSubscription mark) {
      return dialog(mark.dialog().callId());
    } else if (change instanceof Change.MarkSubscriptions mark) {
      return List.of("m " + mark.presentityUri());
    } else if (change instanceof Change.PutWatcher put) {
      return List.of("w " + put.row().presentityUri(), ANY_WATCHER);
    } else if (change instanceof Change.RemoveWatcher remove) {
      return List.of("w " + remove.presentityUri());
    } else if (change instanceof Change.RemovePendingWatchers) {
      return List.of(ANY_WATCHER);
    } else if (change instanceof Change.PutPua put) {
      return List.of("c " + put.row().presentityUri(), ANY_PUA);
    } else if (change instanceof Change.RemovePua remove) {
      return List.of("c " + remove.key().presentityUri());
    } else if (change instanceof Change.ClaimPua claim) {
      return List.of("c " + claim.key().presentityUri(), ANY_PUA);
    } else if (change instanceof Change.RemoveExpiredPua) {
      return List.of(ANY_PUA);
    } else if (change instanceof Change.PutPa put) {
      return List.of("a " + put.row().key());
    } else if (change instanceof Change.RemovePa remove) {
      return List.of("a " + remove.key());
    }
    throw new IllegalArgumentException("touches unknown rows: " + change.getClass());
  }

  private static List<String> publication(final PublicationRow row) {
    return publication(row.user(), row.domain(), row.event());
  }

  private static List<String> publication(
      final String user, final String domain, final String event) {
    return List.of("p " + event + ' ' + user + '@' + domain);
  }

  private static List<String> subscription(final SubscriptionRow row) {
    return List.of("s " + row.callId(), "m " + row.presentityUri());
  }

  private static List<String> dialog(final String callId) {
    return List.of("s " + callId);
  }
}
