// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.simulation.Resource.Version;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.SubscriptionRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What must be true when every fault is over, everything is answered and time has passed. */
final class Rest {
  private static final long CALM_MILLIS = 150_000;

  /** Seconds within which what has expired is taken away. */
  private static final long EXPIRY_SECONDS = 10;

  private final Scenario scenario;
  private final Bystander bystander;
  private final SimulatedServer server;
  private final Network network;
  private final List<Resource> resources;

  Rest(
      final Scenario scenario,
      final Bystander bystander,
      final SimulatedServer server,
      final Network network,
      final List<Resource> resources) {
    this.scenario = scenario;
    this.bystander = bystander;
    this.server = server;
    this.network = network;
    this.resources = resources;
  }

  void look() {
    bystander.note(() -> "--- rest");
    bystander.forgetSeeing();
    network.trouble = 0;
    server.trouble = 0;
    server.pace(false, 1);
    server.down(false);
    server.full(false);
    server.stall(false);
    server.pass(CALM_MILLIS);
    nothingWaits();
    resources.forEach(r -> r.look(bystander.now()));
    network.dialogs().forEach(Dialog::look);
    watchersKnow();
    watchersOfWatchersKnow();
    tablesAgree();
    listAgrees();
    leave();
  }

  private void nothingWaits() {
    bystander.check(server.openCalls() == 0, () -> server.openCalls() + " calls were never ended");
    for (int i = 0; i < 10 && server.tables().waiting() + server.life().inside().held() > 0; i++) {
      // it may be in the middle of a clean-up
      server.pass(100);
    }
    bystander.check(server.life().inside().held() == 0, () -> "queues are still held");
    bystander.check(
        server.life().module().uncommittedAgeNanos() == 0, () -> "a decision waits for its commit");
    bystander.check(server.tables().waiting() == 0, () -> "the database is still being written to");
    for (final Dialog dialog : network.dialogs()) {
      bystander.check(!dialog.underWay(), () -> "a NOTIFY is still under way in " + dialog);
      bystander.check(!dialog.busy(), () -> "something still waits in " + dialog);
    }
  }

  private boolean surely(final Dialog dialog) {
    return dialog.live() && !dialog.lapsed();
  }

  private void watchersKnow() {
    final long expired = bystander.now() - EXPIRY_SECONDS;
    for (final Dialog dialog : network.dialogs()) {
      if (!dialog.watcherinfo && surely(dialog) && !dialog.untold()) {
        bystander.compared++;
        bystander.check(
            dialog.resource.isNow(dialog.shown(), expired),
            () ->
                dialog
                    + " was last shown "
                    + dialog.shown()
                    + ", but there is "
                    + dialog.resource.live());
      }
    }
  }

  private void watchersOfWatchersKnow() {
    for (final Dialog dialog : network.dialogs()) {
      if (!dialog.watcherinfo
          || !surely(dialog)
          || dialog.untold()
          || dialog.watchers().doubtful()) {
        continue;
      }
      final Set<String> expected = watching(dialog.resource, false);
      final Set<String> possible = watching(dialog.resource, true);
      final Set<String> known = dialog.watchers().known();
      bystander.compared++;
      bystander.check(
          known.containsAll(expected) && possible.containsAll(known),
          () -> dialog + " knows " + known + " as watchers, but there are " + expected);
    }
  }

  private Set<String> watching(final Resource resource, final boolean perhaps) {
    final long expired = bystander.now() - EXPIRY_SECONDS;
    return network.dialogs().stream()
        .filter(d -> d.resource == resource && !d.watcherinfo && !d.fetch)
        .filter(d -> perhaps ? !d.surelyExpired(expired) : surely(d))
        .map(d -> d.callId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void tablesAgree() {
    final Map<String, PublicationRow> rows = new HashMap<>();
    server.tables().publications().forEach(r -> rows.put(r.etag(), r));
    if (scenario.storage().documentsDurable()) {
      resources.forEach(r -> documents(r, rows));
      rows.keySet().removeIf(tag -> resources.stream().anyMatch(r -> r.mayHaveLapsed(tag)));
    }
    bystander.check(rows.isEmpty(), () -> "documents that nobody knows of: " + rows.keySet());
    final Map<String, SubscriptionRow> dialogs = new HashMap<>();
    server.tables().subscriptions().forEach(r -> dialogs.put(r.callId(), r));
    for (final Dialog dialog : network.dialogs()) {
      final SubscriptionRow row = dialogs.remove(dialog.callId);
      if (surely(dialog) && scenario.storage().subscriptionsStored()) {
        bystander.check(row != null, () -> dialog + " has no row");
        bystander.check(
            row.remoteCseq() == dialog.remoteCseq() && dialog.expiresBetween(row.expires()),
            () -> "the row of " + dialog + " says something else");
      } else if (row != null) {
        bystander.check(
            !dialog.surelyExpired(bystander.now() - EXPIRY_SECONDS)
                || dialog.endedWithin(EXPIRY_SECONDS * 1_000),
            () -> dialog + " is over and has a row");
      }
    }
    bystander.check(dialogs.isEmpty(), () -> "dialogs that nobody knows of: " + dialogs.keySet());
  }

  private void documents(final Resource resource, final Map<String, PublicationRow> rows) {
    for (final Version version : resource.live()) {
      final PublicationRow row = rows.remove(version.etag);
      bystander.check(
          row != null || version.lapsed(), () -> version + " of " + resource + " has no row");
      bystander.check(
          row == null || version.latest > bystander.now() - EXPIRY_SECONDS,
          () -> version + " of " + resource + " has expired and has a row");
    }
  }

  /** Asks the server itself. */
  private void listAgrees() {
    final Heard heard = new Heard();
    server.life().module().rpcs().get("presence.presentity_list").call(heard);
    server.pass(100);
    bystander.check(heard.finished, () -> "presentity_list does not end");
    resources.forEach(r -> r.look(bystander.now()));
    for (final Resource resource : resources) {
      final Set<Long> listed =
          heard.structs.stream()
              .filter(
                  s ->
                      resource.user.equals(s.get("user"))
                          && resource.eventPackage.equals(s.get("event")))
              .flatMap(
                  s ->
                      Resource.marks(
                          s.get("body")
                              .toString()
                              .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                          .stream())
              .collect(Collectors.toCollection(TreeSet::new));
      final Set<Long> expected = serials(resource, v -> !v.lapsed());
      final Set<Long> possible =
          serials(resource, v -> v.latest > bystander.now() - EXPIRY_SECONDS);
      bystander.check(
          listed.containsAll(expected) && possible.containsAll(listed),
          () -> resource + ": presentity_list shows " + listed + ", but there is " + expected);
    }
  }

  private static Set<Long> serials(final Resource resource, final Predicate<Version> which) {
    return resource.live().stream()
        .filter(which)
        .map(v -> v.serial)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Everybody leaves; nothing may stay. */
  private void leave() {
    for (final Dialog dialog : List.copyOf(network.dialogs())) {
      if (dialog.live()) {
        server.call(
            "handle_subscribe",
            new SubscribeAttempt(
                bystander, dialog, Phone.subscribe(dialog, false, ++dialog.requests, 0), 0, false));
      }
    }
    for (final Resource resource : resources) {
      for (final Version version : resource.live()) {
        server.call(
            "handle_publish",
            new PublishAttempt(
                bystander,
                resource,
                PublishAttempt.Kind.REMOVE,
                version.etag,
                version.serial,
                0,
                Phone.publish(resource, ++resource.requests, version.etag, 0, new byte[0])));
      }
    }
    server.pass(CALM_MILLIS);
    final Collection<Dialog> all = network.dialogs();
    all.forEach(d -> bystander.check(!d.live() || d.lapsed(), () -> "could not leave " + d));
    bystander.check(
        server.life().inside().subscriptions() == 0,
        () -> server.life().inside().subscriptions() + " subscriptions stay");
    bystander.check(
        server.life().inside().presentities() == 0,
        () -> "presentities stay: " + server.life().inside().describe());
    bystander.check(
        server.life().pendingTimers() <= server.idleTimers(),
        () -> server.life().pendingTimers() + " timers are still set");
    bystander.check(
        server.tables().publications().isEmpty() && server.tables().subscriptions().isEmpty(),
        () -> "rows stay: " + server.tables().publications() + server.tables().subscriptions());
  }

  private static final class Heard implements RpcCall {
    private final List<Map<String, Object>> structs = new ArrayList<>();
    private boolean finished;

    @Override
    public List<String> arguments() {
      return List.of("full");
    }

    @Override
    public void struct(final Map<String, Object> fields) {
      structs.add(fields);
    }

    @Override
    public void string(final String value) {
      // not in this command
    }

    @Override
    public void finish() {
      finished = true;
    }

    @Override
    public void fault(final int code, final String text) {
      throw new AssertionError("presentity_list: " + text);
    }
  }
}
