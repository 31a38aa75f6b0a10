// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

import java.util.List;
import java.util.concurrent.Flow;

/**
 * The Query Status API: whoever needs to know the status of somebody subscribes here, and does not
 * care where it comes from. For {@code presence} it comes from {@code presence_b2b}, which makes a
 * SIP subscription for each one. Thread-safe; only {@link #snapshot} waits, for a moment.
 *
 * <pre>{@code
 * public final class Lists implements QsaUser {
 *   public void start(QsaDomain qsa) {
 *     qsa.presence(SubKey.presence("sip:bob@example.com", "sip:list@here"), SubOptions.NONE)
 *         .subscribe(this.queue);   // a Flow.Subscriber<StatusMessage>, the same one for many
 *   }
 * }
 * }</pre>
 */
public interface QsaDomain {

  /**
   * Who is subscribed to by {@code key}. Nothing happens until somebody subscribes to the
   * publisher; each time somebody does is an internal subscription of its own, with a SIP dialog of
   * its own.
   *
   * <p>A subscriber hears on threads that are not its own, one message after the other. It gets the
   * newest status and the newest document: presence is state, so what it has not asked for yet
   * ({@link Flow.Subscription#request}) is replaced, never queued. A document stays with the newest
   * message until it has been delivered. {@link Flow.Subscription#cancel} ends the internal
   * subscription, and nothing is delivered after it has returned. {@code onComplete} comes when the
   * SIP subscription is gone for good; {@code onError} only for faults of this server, such as a
   * key that is no URI. Whatever the other server says is a message. A subscriber that does not
   * return from a call within 5 s is cancelled.
   */
  Flow.Publisher<StatusMessage> presence(SubKey key, SubOptions options);

  /**
   * Has a package served by somebody else than {@code presence_b2b}. Subscriptions that exist are
   * handed over at once.
   *
   * @throws IllegalStateException when somebody serves it already
   */
  Registration registerNotifier(String eventPackage, StatusNotifier notifier);

  /** All subscriptions as they stood a moment ago, in order of their making. */
  List<SubSnapshot> snapshot();
}
