// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.presence.RulesCell.Known;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A presentity's state as one watcher may see it: each NOTIFY goes through here, whatever has
 * caused it, so that none shows what the rules hide (D-03). Engine thread only.
 */
final class Views {

  /**
   * A view.
   *
   * @param body empty where there is nothing to see
   * @param failed whether the package could not make it: then there is no body
   */
  record View(Optional<byte[]> body, boolean failed) {
    static final View FAILED = new View(Optional.empty(), true);
  }

  private final PackageCode code;
  private final RulesDesk rules;
  private final Spheres spheres;
  private final boolean decided;

  /**
   * @param decided whether anybody decides about watchers; if not, all are let in
   */
  Views(
      final PackageCode code, final RulesDesk rules, final Spheres spheres, final boolean decided) {
    this.code = code;
    this.rules = rules;
    this.spheres = spheres;
    this.decided = decided;
  }

  /**
   * Makes the view.
   *
   * @param made hears it; within this call where nothing has to be waited for, else in a later turn
   */
  void make(
      final Subscription subscription, final Optional<byte[]> body, final Consumer<View> made) {
    final EventPackage eventPackage = subscription.presentity().eventPackage();
    if (body.isEmpty() || !eventPackage.viewsDiffer()) {
      made.accept(new View(body, false));
    } else if (eventPackage.requiresAuthorization()) {
      rules.latest(
          subscription.presentity(),
          known -> {
            if (known.isPresent()) {
              make(subscription, body.get(), known.get(), made);
            } else {
              made.accept(View.FAILED);
            }
          });
    } else {
      make(subscription, body.get(), new Known(Optional.empty()), made);
    }
  }

  private void make(
      final Subscription subscription,
      final byte[] body,
      final Known known,
      final Consumer<View> made) {
    final EventPackage eventPackage = subscription.presentity().eventPackage();
    final SubscriptionRow row = subscription.row();
    final Watcher watcher =
        new Watcher(
            subscription.presentity().uri(),
            SipUri.presentity(row.watcherUser(), row.watcherDomain()),
            decided && eventPackage.requiresAuthorization()
                ? Verdicts.spoken(row.status(), row.reason())
                : Optional.empty(),
            known.rules(),
            spheres.of(subscription.presentity()),
            subscription.version() + 1);
    code.<byte[]>call(
        eventPackage,
        "view",
        () -> eventPackage.view(body, watcher),
        result ->
            made.accept(
                result instanceof PackageCode.Result.Made<byte[]> view
                    ? new View(Optional.of(view.value()).filter(v -> v.length > 0), false)
                    : View.FAILED));
  }
}
