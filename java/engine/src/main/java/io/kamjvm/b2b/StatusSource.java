// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

/** Who serves a package of the {@link StatusDomain}. Engine thread only. */
public interface StatusSource {

  void subscribed(InternalSubscription subscription);

  /** Nobody hears any more what is said about it. */
  void released(InternalSubscription subscription);

  /** How it stands, for commands. */
  String state(InternalSubscription subscription);
}
