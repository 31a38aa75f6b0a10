// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.b2b.qsa.SubKey;
import io.kamjvm.b2b.qsa.SubOptions;
import java.util.Optional;

/** Somebody's wish to know a status; its identity is the object itself. Engine thread only. */
public final class InternalSubscription {
  private final SubId id;
  private final SubKey key;
  private final SubOptions options;
  private final Owner owner;
  private final StatusListener listener;
  private Optional<StatusMessage> last = Optional.empty();
  private Optional<PresenceDoc> document = Optional.empty();
  private boolean ended;

  InternalSubscription(
      final SubId id,
      final SubKey key,
      final SubOptions options,
      final Owner owner,
      final StatusListener listener) {
    this.id = id;
    this.key = key;
    this.options = options;
    this.owner = owner;
    this.listener = listener;
  }

  public SubId id() {
    return id;
  }

  public SubKey key() {
    return key;
  }

  public SubOptions options() {
    return options;
  }

  public Owner owner() {
    return owner;
  }

  /** What was said last. */
  public Optional<StatusMessage> last() {
    return last;
  }

  /** The document that was said last, also if messages without one have come since. */
  public Optional<PresenceDoc> document() {
    return document;
  }

  long nextSeq() {
    return last.map(StatusMessage::seq).orElse(0L) + 1;
  }

  void heard(final StatusMessage message) {
    last = Optional.of(message);
    document = message.doc().or(() -> document);
    listener.heard(message);
  }

  void completed() {
    listener.completed();
  }

  boolean ended() {
    return ended;
  }

  void end() {
    ended = true;
  }
}
