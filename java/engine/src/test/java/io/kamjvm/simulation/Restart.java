// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.simulation.Resource.Version;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Between two engines: holds what the tables say against what was acknowledged. Only where it was
 * left open whether something holds do the tables decide.
 */
final class Restart {
  private static final long LAG_MILLIS = 2_000;

  private final Bystander bystander;
  private final Storage storage;
  private final SimulatedServer server;

  Restart(final Bystander bystander, final Storage storage, final SimulatedServer server) {
    this.bystander = bystander;
    this.storage = storage;
    this.server = server;
  }

  void compare(
      final Collection<Resource> resources,
      final Collection<Dialog> dialogs,
      final boolean clean,
      final boolean withKamailio) {
    final boolean keptUp = server.keptUp();
    for (final Resource resource : resources) {
      if (documents(resource, withKamailio)) {
        dialogs.stream().filter(d -> d.resource == resource).forEach(Dialog::untell);
      }
    }
    if (withKamailio || storage.subsDbMode() == 3) {
      dialogs.forEach(Dialog::untell);
    }
    if (!withKamailio && !storage.subscriptionsDurable()) {
      // the next engine finds in its log what memory held
      return;
    }
    final Map<String, SubscriptionRow> rows = new HashMap<>();
    if (storage.subscriptionsStored()) {
      server.tables().subscriptions().forEach(r -> rows.put(r.callId(), r));
    }
    boolean lost = false;
    for (final Dialog dialog : dialogs) {
      final boolean was = dialog.live();
      final Optional<SubscriptionRow> row = Optional.ofNullable(rows.remove(dialog.callId));
      if (was || dialog.doubtful() || withKamailio) {
        // else the next engine finds in its log that it is over
        dialog(dialog, row, keptUp, clean, withKamailio);
      }
      lost |= was && !dialog.live();
    }
    if (lost) {
      dialogs.forEach(d -> d.watchers().doubt());
    }
    bystander.check(rows.isEmpty(), () -> "rows of dialogs that never were: " + rows.keySet());
  }

  /**
   * Compares documents.
   *
   * @return whether some that watchers may have seen expire are back, since the clock was set back
   */
  private boolean documents(final Resource resource, final boolean withKamailio) {
    resource.look(bystander.now());
    resource.doubts.addAll(resource.outstanding);
    resource.outstanding.clear();
    if (!storage.documentsDurable() && !withKamailio) {
      return false;
    }
    if (!storage.documentsDurable()) {
      resource.become(List.of());
      resource.doubts.clear();
      return false;
    }
    boolean back = false;
    final Map<String, PublicationRow> rows = new HashMap<>();
    for (final PublicationRow row : server.tables().publications()) {
      if (row.user().equals(resource.user) && row.event().equals(resource.eventPackage)) {
        rows.put(row.etag(), row);
      }
    }
    final List<Version> left = new ArrayList<>();
    for (final Version version : resource.live()) {
      final PublicationRow row = rows.remove(version.etag);
      if (row == null) {
        bystander.check(
            version.lapsed()
                || resource.doubts.stream().anyMatch(d -> d.ifMatch.equals(version.etag)),
            () -> "document " + version + " of " + resource + " was acknowledged and is lost");
      } else {
        bystander.check(
            serial(row) == version.serial
                && row.expires() >= version.earliest
                && row.expires() <= version.latest,
            () -> "the row of " + version + " of " + resource + " says something else");
        left.add(found(row));
        back |= version.lapsed() && row.expires() > bystander.now();
      }
    }
    for (final PublicationRow row : rows.values()) {
      bystander.check(
          resource.mayHaveLapsed(row.etag())
              || resource.doubts.stream().anyMatch(d -> d.serial == serial(row)),
          () ->
              "document #" + serial(row) + " of " + resource + " was not acknowledged, but stays");
      left.add(found(row));
      back |= resource.mayHaveLapsed(row.etag()) && row.expires() > bystander.now();
    }
    resource.doubts.clear();
    resource.become(left);
    resource.look(bystander.now());
    return back;
  }

  private static long serial(final PublicationRow row) {
    return Resource.marks(row.body()).iterator().next();
  }

  private Version found(final PublicationRow row) {
    bystander.isNewTag(row.etag());
    // from now on only the second in which it came tells its age
    return new Version(
        row.etag(),
        serial(row),
        new Bystander.Span(row.receivedTime(), row.receivedTime()),
        row.expires() - row.receivedTime(),
        OptionalLong.empty());
  }

  private void dialog(
      final Dialog dialog,
      final Optional<SubscriptionRow> found,
      final boolean keptUp,
      final boolean clean,
      final boolean withKamailio) {
    dialog.look();
    final boolean recent = dialog.movedWithin(LAG_MILLIS);
    final boolean exact =
        storage.subscriptionsDurable() ? !dialog.doubtful() : keptUp && (clean || !recent);
    if (found.isEmpty()) {
      bystander.check(
          !dialog.live() || dialog.lapsed() || !storage.subscriptionsStored() || !exact,
          () -> dialog + " was acknowledged and is lost");
      dialog.end();
      dialog.doubt(false);
      return;
    }
    final SubscriptionRow row = found.get();
    if (dialog.live()) {
      bystander.check(
          !exact
              || (row.remoteCseq() == dialog.remoteCseq() && dialog.expiresBetween(row.expires())),
          () -> "the row of " + dialog + " says something else");
    } else {
      // removals that no request brought about are written a little later
      bystander.check(
          recent || !keptUp || dialog.doubtful() || row.expires() <= bystander.now(),
          () -> dialog + " is over, but stays");
    }
    if (row.expires() > bystander.now() || storage.subsDbMode() == 3) {
      final boolean perhaps = !withKamailio && (!dialog.live() || dialog.lapsed());
      dialog.restored(row.remoteCseq(), row.expires(), perhaps);
    } else {
      dialog.end();
      dialog.doubt(false);
    }
  }
}
