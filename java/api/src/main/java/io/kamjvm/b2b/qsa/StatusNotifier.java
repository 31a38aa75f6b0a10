// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

/**
 * Serves a package inside this server: whoever subscribes to it through the domain is handed over
 * here. Called on threads of the package's own, one call after the other.
 */
public interface StatusNotifier {

  /** Somebody watches; messages go into the sink until {@link #onUnsubscribe}. */
  void onSubscribe(Sink sink);

  /** Nobody watches any more; what is sent from now on is dropped. */
  void onUnsubscribe(SubId id);
}
