// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.Status;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.sip.SipUri;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what is heard of a record to those who watch it here: as soft state in the presence server
 * beside us, which lives a little longer than the subscription it comes from (spec pa-and-b2b
 * 2.14). Engine thread only.
 *
 * <p>A record has one publication, whoever subscribes to it: the first who does. What has come from
 * this very server is never fed back.
 */
final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final int DEFAULT_PORT = 5060;

  private final ModuleContext context;
  private final B2bParameters parameters;
  private final FedNotes notes;
  private final Supplier<Collection<Watch>> watches;
  private final Map<String, Fed> byPresentity = new LinkedHashMap<>();
  private Optional<LocalPresence> local = Optional.empty();

  /**
   * @param watches all that there are
   */
  Feed(
      final ModuleContext context,
      final B2bParameters parameters,
      final FedNotes notes,
      final Supplier<Collection<Watch>> watches) {
    this.context = context;
    this.parameters = parameters;
    this.notes = notes;
    this.watches = watches;
  }

  /** From now on it is shown there; empty: nowhere. */
  void into(final Optional<LocalPresence> target) {
    local = target;
  }

  /** Takes over what an earlier engine has published; what nobody feeds any more is taken back. */
  void resume() {
    local.ifPresent(
        presence ->
            notes
                .replay()
                .forEach(
                    left -> {
                      final Fed fed = fed(presence, left.presentity(), left.owner());
                      fed.resume(left);
                      final boolean wanted =
                          watches.get().stream()
                              .anyMatch(
                                  w ->
                                      w.subscription().id().equals(left.owner())
                                          && !w.subscription().ended());
                      if (!wanted) {
                        fed.want(new Fed.Wanted.Nothing());
                      }
                    }));
  }

  private Fed fed(final LocalPresence presence, final String presentity, final SubId owner) {
    final Fed fed =
        new Fed(
            context,
            presence,
            notes,
            presentity,
            owner,
            () -> lifetime(owner),
            () -> gone(presentity));
    byPresentity.put(presentity, fed);
    return fed;
  }

  private long lifetime(final SubId owner) {
    return parameters.feedGrace()
        + watches.get().stream()
            .filter(w -> w.subscription().id().equals(owner))
            .findFirst()
            .map(w -> w.euac().expiresIn())
            .orElse(0L);
  }

  /** A publication is gone; somebody else may have something to show. */
  private void gone(final String presentity) {
    byPresentity.remove(presentity);
    watches.get().stream()
        .filter(w -> feeds(w) && !w.subscription().ended())
        .filter(w -> presentity.equals(presentity(w).orElse("")))
        .filter(w -> w.subscription().last().filter(m -> m.status() == Status.ACTIVE).isPresent())
        .filter(w -> w.subscription().document().isPresent())
        .findFirst()
        .ifPresent(w -> show(w, w.subscription().document().get()));
  }

  private boolean feeds(final Watch watch) {
    return local.isPresent() && watch.subscription().options().feed();
  }

  private static Optional<String> presentity(final Watch watch) {
    return SipUri.parse(watch.subscription().key().record()).map(SipUri::presentity);
  }

  /** Something was said to a subscription. */
  void heard(final Watch watch, final StatusMessage message) {
    if (!feeds(watch)) {
      return;
    }
    // who can not be reached has not said that anything has changed
    final boolean stale = message.reason().equals(Optional.of("unreachable"));
    if (message.status() == Status.ACTIVE) {
      message.doc().ifPresentOrElse(doc -> show(watch, doc), () -> granted(watch));
    } else if (!stale) {
      own(watch).ifPresent(fed -> fed.want(new Fed.Wanted.Nothing()));
    }
  }

  private void show(final Watch watch, final PresenceDoc doc) {
    final Optional<String> presentity = presentity(watch);
    if (presentity.isEmpty() || local.isEmpty()) {
      return;
    }
    if (comesFromHere(watch)) {
      LOG.warn(
          "{} is of the server that would be fed: it is not fed",
          watch.subscription().key().record());
      return;
    }
    final SubId id = watch.subscription().id();
    final Fed fed =
        Optional.ofNullable(byPresentity.get(presentity.get()))
            .orElseGet(() -> fed(local.get(), presentity.get(), id));
    if (!fed.owner().equals(id)) {
      LOG.info("{} is fed by subscription {} already", presentity.get(), fed.owner());
      return;
    }
    PresenceDocs.rewritten(
            doc.bytes(),
            presentity.get().replaceFirst("^sip:", "pres:"),
            "b" + id.text().replace('-', '.') + ".")
        .ifPresent(document -> fed.want(new Fed.Wanted.Document(document)));
  }

  private boolean comesFromHere(final Watch watch) {
    final String peer = watch.euac().peer();
    final String host = place(watch.subscription().key().record()).orElse("");
    // what is published there must not come from there either
    final boolean comesFromThere =
        parameters.feedMode() == FeedMode.PUBLISH
            && parameters
                .feedProxy()
                .flatMap(Feed::place)
                .filter(p -> p.equals(host) || p.equals(afterProtocol(peer)))
                .isPresent();
    return comesFromThere
        || context.facts().listen().stream()
            .anyMatch(s -> s.equals(peer) || afterProtocol(s).equals(host));
  }

  private static String afterProtocol(final String socket) {
    return socket.substring(socket.indexOf(':') + 1);
  }

  /** Host and port of a URI. */
  private static Optional<String> place(final String uri) {
    return SipUri.parse(uri)
        .map(u -> u.host() + ":" + u.port().orElse(Integer.toString(DEFAULT_PORT)));
  }

  /** The grant of a subscription has been prolonged, and so is what it feeds. */
  void granted(final Watch watch) {
    if (feeds(watch)) {
      own(watch).ifPresent(fed -> fed.want(new Fed.Wanted.Longer()));
    }
  }

  /** Nobody wants the subscription any more. */
  void released(final Watch watch) {
    own(watch).ifPresent(fed -> fed.want(new Fed.Wanted.Nothing()));
  }

  private Optional<Fed> own(final Watch watch) {
    return presentity(watch)
        .flatMap(p -> Optional.ofNullable(byPresentity.get(p)))
        .filter(fed -> fed.owner().equals(watch.subscription().id()));
  }
}
