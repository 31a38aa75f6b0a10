// SPDX-License-Identifier: GPL-3.0-or-later
package sample;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Rules;
import io.kamjvm.eventpackage.Verdict;
import io.kamjvm.eventpackage.Watcher;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * Packages {@code fragile-parse}, {@code fragile-state} ...: that method throws or hangs when it is
 * called about something whose name says so.
 */
public abstract class Fragile implements EventPackage {
  private static final Rules NONE = new Rules() {};

  private final String weakness;

  Fragile(final String weakness) {
    this.weakness = weakness;
  }

  private void enter(final String method, final String about) {
    if (!method.equals(weakness)) {
      return;
    }
    if (about.contains("throws")) {
      throw new IllegalStateException("on purpose");
    }
    while (about.contains("hangs")) {
      LockSupport.park();
      Thread.interrupted();
    }
  }

  @Override
  public String name() {
    return "fragile-" + weakness;
  }

  @Override
  public String contentType() {
    return "text/plain";
  }

  @Override
  public boolean requiresAuthorization() {
    return true;
  }

  @Override
  public boolean viewsDiffer() {
    return true;
  }

  @Override
  public Document parse(final byte[] body) {
    enter("parse", new String(body));
    return Document.of(body);
  }

  @Override
  public Optional<byte[]> state(
      final String presentity, final List<Document> documents, final OptionalInt offline) {
    enter("state", presentity);
    return EventPackage.super.state(presentity, documents, offline);
  }

  @Override
  public byte[] view(final byte[] state, final Watcher watcher) {
    enter("view", watcher.presentity());
    return state;
  }

  @Override
  public Optional<Rules> rules(final String presentity) {
    enter("rules", presentity);
    return Optional.of(NONE);
  }

  @Override
  public Verdict authorize(final Watcher watcher) {
    enter("authorize", watcher.presentity());
    return Verdict.ALLOW;
  }

  public static final class Parse extends Fragile {
    public Parse() {
      super("parse");
    }
  }

  public static final class State extends Fragile {
    public State() {
      super("state");
    }
  }

  public static final class View extends Fragile {
    public View() {
      super("view");
    }
  }

  public static final class RulesOf extends Fragile {
    public RulesOf() {
      super("rules");
    }
  }

  public static final class Authorize extends Fragile {
    public Authorize() {
      super("authorize");
    }
  }
}
