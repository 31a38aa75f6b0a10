// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.util.Optional;

/**
 * A NOTIFY as a watcher sees it.
 *
 * @param message the request
 * @param receivedNanos {@link System#nanoTime} of its arrival
 */
public record Notify(SipMessage message, long receivedNanos) {

  /** {@code active}, {@code pending} or {@code terminated}. */
  public String state() {
    return subscriptionState().split(";")[0].strip();
  }

  /** The whole Subscription-State header. */
  public String subscriptionState() {
    return message.required("Subscription-State");
  }

  /** {@code expires} parameter of Subscription-State in seconds, -1 if absent. */
  public int expires() {
    return parameter("expires").map(Integer::parseInt).orElse(-1);
  }

  /** {@code reason} parameter of Subscription-State. */
  public Optional<String> reason() {
    return parameter("reason");
  }

  private Optional<String> parameter(final String name) {
    for (final String part : subscriptionState().split(";")) {
      if (part.strip().startsWith(name + "=")) {
        return Optional.of(part.strip().substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** Number in CSeq. */
  public long cseq() {
    return message.cseq();
  }

  /** Its body. */
  public String body() {
    return message.body();
  }

  /** Content-Type, if any. */
  public Optional<String> contentType() {
    return message.header("Content-Type");
  }
}
