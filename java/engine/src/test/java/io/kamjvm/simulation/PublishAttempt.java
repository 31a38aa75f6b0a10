// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.kamailio.SipReply;
import io.kamjvm.kamailio.SipRequest;
import io.kamjvm.simulation.Resource.Version;
import java.util.Optional;

/** A PUBLISH and what its sender may conclude from the answer. */
final class PublishAttempt implements SimulatedCall.Asker {

  /** What is asked for. */
  enum Kind {
    CREATE,
    MODIFY,
    REFRESH,
    REMOVE
  }

  private final Bystander bystander;
  final Resource resource;
  final Kind kind;
  final String ifMatch;
  final long serial;
  private final long seconds;
  private final SipRequest request;
  private final long asked;
  private final long askedMillis;

  /**
   * @param ifMatch empty string for a new document
   * @param serial the mark in the body that the document has afterwards
   */
  PublishAttempt(
      final Bystander bystander,
      final Resource resource,
      final Kind kind,
      final String ifMatch,
      final long serial,
      final long seconds,
      final SipRequest request) {
    this.bystander = bystander;
    this.resource = resource;
    this.kind = kind;
    this.ifMatch = ifMatch;
    this.serial = serial;
    this.seconds = seconds;
    this.request = request;
    this.asked = bystander.now();
    this.askedMillis = bystander.millis();
    resource.outstanding.add(this);
  }

  @Override
  public SipRequest request() {
    return request;
  }

  @Override
  public void replied(final SipReply reply) {
    bystander.note(() -> this + " is answered " + reply.code());
    resource.look(bystander.now());
    resource.doubts.clear();
    switch (reply.code()) {
      case 200 -> holds(reply);
      case 412 -> {
        final Optional<Version> there = resource.find(ifMatch);
        bystander.check(
            there.map(Version::lapsed).orElse(true),
            () -> this + " is told that there is no such document");
        // until it is taken away a clock that is set back brings it back
        there.ifPresent(Version::deny);
      }
      case 500 -> {
        // refused: as if it had not been asked
      }
      default -> bystander.check(false, () -> this + " is answered " + reply);
    }
    bystander.answered(this, reply);
  }

  @Override
  public void unheard(final SipReply reply) {
    bystander.note(() -> this + " holds, unheard");
    resource.look(bystander.now());
    resource.doubts.clear();
    if (reply.code() == 200) {
      holds(reply);
    }
  }

  private void holds(final SipReply reply) {
    final Optional<Version> before =
        kind == Kind.CREATE ? Optional.empty() : resource.find(ifMatch);
    bystander.check(
        kind == Kind.CREATE || before.isPresent() || resource.mayHaveLapsed(ifMatch),
        () -> this + " is granted, but there is no such document");
    if (kind == Kind.REMOVE) {
      resource.change(before, Optional.empty());
      return;
    }
    final String etag = header(reply, "SIP-ETag");
    bystander.check(
        bystander.isNewTag(etag), () -> this + " is given a tag that was given before: " + etag);
    final Bystander.Span decided = bystander.since(asked, askedMillis);
    resource.change(
        before, Optional.of(new Version(etag, serial, decided, seconds, resource.nextOrder())));
    bystander.check(
        header(reply, "Expires").equals(Long.toString(seconds)),
        () -> this + " asked for " + seconds + " s and is granted " + header(reply, "Expires"));
  }

  static String header(final SipReply reply, final String name) {
    for (final String line : reply.headers()) {
      if (line.startsWith(name + ": ")) {
        return line.substring(name.length() + 2);
      }
    }
    throw new AssertionError("no " + name + " in " + reply);
  }

  @Override
  public void busy(final boolean doubtful) {
    bystander.note(() -> this + " is answered busy");
    if (doubtful) {
      resource.doubts.add(this);
    }
    bystander.busy(this);
  }

  @Override
  public void concluded() {
    resource.outstanding.remove(this);
  }

  @Override
  public String toString() {
    return "PUBLISH " + kind + " " + resource + " #" + serial + " " + ifMatch;
  }
}
