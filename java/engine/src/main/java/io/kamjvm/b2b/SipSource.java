// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.ModuleContext;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Serves a package of the {@link StatusDomain} out of SIP: one {@link Euac} for each internal
 * subscription, never shared, because only the other server can say who may watch (spec pa-and-b2b
 * 2.1). Engine thread only.
 */
final class SipSource implements StatusSource {
  /**
   * Event routes, one of which hears every message that is delivered. The grammar of Kamailio 5.6
   * to 6.1 has no underscore before the colon: of {@code event_route[presence_b2b:notify]} it keeps
   * {@code b2b:notify}.
   */
  private static final List<String> ROUTES =
      List.of("presence_b2b:notify", "presence-b2b:notify", "b2b:notify");

  private final ModuleContext context;
  private final StatusDomain domain;
  private final Euacs euacs;
  private final WatchNotes notes;
  private final Feed feed;
  private final Optional<String> route;
  private final Map<SubId, Watch> watches = new LinkedHashMap<>();

  SipSource(
      final ModuleContext context,
      final StatusDomain domain,
      final Euacs euacs,
      final WatchNotes notes,
      final Feed feed) {
    this.context = context;
    this.domain = domain;
    this.euacs = euacs;
    this.notes = notes;
    this.feed = feed;
    this.route = ROUTES.stream().filter(context.facts().eventRoutes()::contains).findFirst();
  }

  StatusDomain domain() {
    return domain;
  }

  Euacs euacs() {
    return euacs;
  }

  WatchNotes notes() {
    return notes;
  }

  @Override
  public void subscribed(final InternalSubscription subscription) {
    watch(subscription).start();
  }

  /** The watch of a subscription, which does nothing yet. */
  Watch watch(final InternalSubscription subscription) {
    final Watch watch = new Watch(this, subscription, euacs);
    watches.put(subscription.id(), watch);
    return watch;
  }

  @Override
  public void released(final InternalSubscription subscription) {
    Optional.ofNullable(watches.get(subscription.id()))
        .ifPresent(
            watch -> {
              feed.released(watch);
              notes.note(watch);
              watch.euac().happen(new EuacEvent.Released());
            });
  }

  @Override
  public String state(final InternalSubscription subscription) {
    return find(subscription.id()).map(w -> w.euac().state().title()).orElse("destroyed");
  }

  /** Also one that nobody wants any more, until its dialog has ended. */
  Optional<Watch> find(final SubId id) {
    return Optional.ofNullable(watches.get(id));
  }

  Collection<Watch> all() {
    return Collections.unmodifiableCollection(watches.values());
  }

  void said(final Watch watch, final StatusMessage message) {
    feed.heard(watch, message);
    route.ifPresent(name -> context.kamailio().run(new EventRoute(name, variables(message))));
  }

  private static Map<String, String> variables(final StatusMessage message) {
    final Map<String, String> variables = new HashMap<>();
    variables.put("id", message.id().text());
    variables.put("record", message.key().record());
    variables.put("subscriber", message.key().subscriber());
    variables.put("package", message.key().eventPackage());
    variables.put("status", message.status().text());
    message.reason().ifPresent(reason -> variables.put("reason", reason));
    message.doc().ifPresent(doc -> document(doc, variables));
    return variables;
  }

  private static void document(final PresenceDoc doc, final Map<String, String> variables) {
    doc.basic().ifPresent(b -> variables.put("basic", b.name().toLowerCase(Locale.ROOT)));
    variables.put("ctype", doc.mimeType());
    variables.put("body", new String(doc.bytes(), StandardCharsets.UTF_8));
  }

  void granted(final Watch watch) {
    feed.granted(watch);
  }

  void over(final Watch watch) {
    watches.remove(watch.subscription().id());
    notes.forget(watch);
  }
}
