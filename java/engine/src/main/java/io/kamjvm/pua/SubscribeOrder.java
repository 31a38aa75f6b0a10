// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Optional;

/**
 * A wish to subscribe. Immutable.
 *
 * <p>It goes into the dialog that was started last with the same source, event, presentity, watcher
 * and id (an empty id matches every id), else it starts one.
 *
 * @param event the Event header's text; one of {@link PuaEvents}
 * @param presentityUri To
 * @param watcherUri From
 * @param contact SIP URI where NOTIFYs are wanted
 * @param remoteTarget Request-URI of the first SUBSCRIBE; empty: the presentity's URI. With {@code
 *     check_remote_contact} only a dialog whose remote contact is this is continued
 * @param id tells dialogs apart; may be empty
 * @param lifetime seconds; 0 ends the dialog; negative: for ever, refreshed with {@code
 *     default_expires}
 * @param outboundProxy SIP URI of the first SUBSCRIBE's next hop; empty: by DNS
 * @param extraHeaders header lines joined by CRLF, the last CRLF may be missing; empty if none
 * @param insert starts a new dialog even where one exists
 * @param onlyIfNew where a dialog exists nothing happens
 */
public record SubscribeOrder(
    Source source,
    String event,
    String presentityUri,
    String watcherUri,
    String contact,
    Optional<String> remoteTarget,
    String id,
    long lifetime,
    Optional<String> outboundProxy,
    String extraHeaders,
    boolean insert,
    boolean onlyIfNew) {

  /** Without anything that is optional; the Contact is the watcher's URI. */
  public static SubscribeOrder of(
      final Source source,
      final String event,
      final String presentityUri,
      final String watcherUri,
      final long lifetime) {
    return new SubscribeOrder(
        source,
        event,
        presentityUri,
        watcherUri,
        watcherUri,
        Optional.empty(),
        "",
        lifetime,
        Optional.empty(),
        "",
        false,
        false);
  }

  /** This order with that Request-URI. */
  public SubscribeOrder withRemoteTarget(final String newTarget) {
    return new SubscribeOrder(
        source,
        event,
        presentityUri,
        watcherUri,
        contact,
        Optional.of(newTarget),
        id,
        lifetime,
        outboundProxy,
        extraHeaders,
        insert,
        onlyIfNew);
  }

  /** This order for the dialog of that id. */
  public SubscribeOrder withId(final String newId) {
    return new SubscribeOrder(
        source,
        event,
        presentityUri,
        watcherUri,
        contact,
        remoteTarget,
        newId,
        lifetime,
        outboundProxy,
        extraHeaders,
        insert,
        onlyIfNew);
  }

  /** This order with a next hop of its own. */
  public SubscribeOrder withOutboundProxy(final Optional<String> newProxy) {
    return new SubscribeOrder(
        source,
        event,
        presentityUri,
        watcherUri,
        contact,
        remoteTarget,
        id,
        lifetime,
        newProxy,
        extraHeaders,
        insert,
        onlyIfNew);
  }
}
