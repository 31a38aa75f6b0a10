// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.sip.EventHeader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A package that is not built in, with what it said about itself when it was loaded: the engine
 * thread asks that often, and must not run foreign code for it.
 */
record DescribedPackage(
    EventPackage code,
    String name,
    String contentType,
    int defaultExpires,
    boolean renewsEntityTag,
    boolean requiresAuthorization,
    boolean viewsDiffer,
    boolean hasHardState,
    boolean presentityFromContact,
    boolean deliversEveryState,
    boolean offersWatcherinfo)
    implements EventPackage {

  private static final String WORD = "[A-Za-z0-9.!%*_+`'~-]+";

  /**
   * Asks the package.
   *
   * @throws IllegalArgumentException when it says what can not be
   */
  static DescribedPackage of(final EventPackage code) {
    final String name = code.name();
    if (name == null
        || !name.matches(WORD + "(;" + WORD + ")*")
        || EventHeader.parse(name).isEmpty()
        || name.length() + ".winfo".length() > PresenceLimits.NAME_LENGTH) {
      throw new IllegalArgumentException("its name() is no Event of at most 58 characters");
    }
    final String type = code.contentType();
    if (type == null || !type.matches("[\\x21-\\x7e][\\x20-\\x7e]*")) {
      throw new IllegalArgumentException("contentType() of " + name + " is none");
    }
    if (code.defaultExpires() < 1) {
      throw new IllegalArgumentException("defaultExpires() of " + name + " is less than 1");
    }
    if (code.watcherinfo() || name.endsWith(".winfo")) {
      throw new IllegalArgumentException(
          name + ": watcher information is the server's; see offersWatcherinfo()");
    }
    return new DescribedPackage(
        code,
        name,
        type,
        code.defaultExpires(),
        code.renewsEntityTag(),
        code.requiresAuthorization(),
        code.viewsDiffer(),
        code.hasHardState(),
        code.presentityFromContact(),
        code.deliversEveryState(),
        code.offersWatcherinfo());
  }

  @Override
  public Document parse(final byte[] body) throws UnacceptableBodyException {
    return code.parse(body);
  }

  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    return code.state(presentity, documents, offline);
  }

  @Override
  public boolean replaces(final Document published, final Document stored) {
    return code.replaces(published, stored);
  }

  @Override
  public boolean ignores(
      final Document stored, final Optional<Document> published, final boolean samePublisher) {
    return code.ignores(stored, published, samePublisher);
  }

  @Override
  public Optional<byte[]> stateForPublisher(final String presentity) {
    return code.stateForPublisher(presentity);
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    return code.view(state, watcher);
  }

  @Override
  public Optional<Rules> rules(final String presentity) throws Exception {
    return code.rules(presentity);
  }

  @Override
  public Verdict authorize(final Watcher watcher) {
    return code.authorize(watcher);
  }

  @Override
  public Optional<byte[]> hardState(final String presentity, final String document)
      throws Exception {
    return code.hardState(presentity, document);
  }
}
