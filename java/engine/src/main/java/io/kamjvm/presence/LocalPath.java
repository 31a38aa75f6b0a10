// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;

/**
 * How we are reached in a dialog.
 *
 * @param socket our listening socket as {@code proto:host:port}; empty string for whichever fits
 * @param contact our Contact URI, without the transport that a NOTIFY adds
 */
record LocalPath(String socket, String contact) {

  /** The path that the dialog began on. */
  static LocalPath of(final SubscriptionRow row) {
    return new LocalPath(row.socketInfo(), row.localContact());
  }

  /** The path that a request has come. */
  static LocalPath of(final SipRequest request, final Optional<String> serverAddress) {
    return new LocalPath(request.socket(), LocalContact.stored(request, serverAddress));
  }
}
