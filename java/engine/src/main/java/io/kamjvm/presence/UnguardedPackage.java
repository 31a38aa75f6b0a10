// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A package whose rules nobody asks for: a rehearsal must not reach for tables and servers. */
record UnguardedPackage(EventPackage guarded) implements EventPackage {

  /** The packages, with this one unguarded. */
  static EventPackages among(final EventPackages packages, final EventPackage guarded) {
    final EventPackages all = new EventPackages();
    packages.all().forEach(p -> all.register(p == guarded ? new UnguardedPackage(p) : p));
    return all;
  }

  @Override
  public String name() {
    return guarded.name();
  }

  @Override
  public String contentType() {
    return guarded.contentType();
  }

  @Override
  public int defaultExpires() {
    return guarded.defaultExpires();
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    return guarded.parse(body);
  }

  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    return guarded.state(presentity, documents, offline);
  }
}
