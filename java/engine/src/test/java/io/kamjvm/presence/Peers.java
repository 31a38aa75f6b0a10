// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.storage.SubscriptionRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The watchers' user agents. They answer 200 at once unless told otherwise, and fail the test when
 * a dialog carries two NOTIFYs at a time or its CSeq does not rise by one.
 */
final class Peers {

  /** What an agent does with a NOTIFY. */
  enum Reaction {
    OK,
    NOT_FOUND,
    UNKNOWN,
    TIMEOUT,
    REFUSE,
    UNSENT,
    DROP,
    SILENT
  }

  final List<Notify> notifies = new ArrayList<>();
  final List<String> log = new ArrayList<>();
  Function<OutgoingRequest, Reaction> reaction = r -> Reaction.OK;
  boolean slow;

  /** What the event route that hears the answers sets. */
  Map<String, Long> answerXavps = Map.of();

  private final World world;
  private Map<String, Long> cseqs = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private final List<Outgoing> silent = new ArrayList<>();

  Peers(final World world) {
    this.world = world;
  }

  /** A NOTIFY as it arrived. */
  record Notify(OutgoingRequest request) {

    String header(final String name) {
      return find(name).orElseThrow(() -> new AssertionError("no " + name));
    }

    Optional<String> find(final String name) {
      return request
          .headers()
          .lines()
          .filter(l -> l.startsWith(name + ": "))
          .map(l -> l.substring(name.length() + 2))
          .findFirst();
    }

    String state() {
      return header("Subscription-State");
    }

    long cseq() {
      return request.lastCseq() + 1;
    }

    String body() {
      return new String(request.body(), StandardCharsets.UTF_8);
    }
  }

  /** The same agents as another server's: CSeq rises by one whoever sends. */
  void sameAs(final Peers other) {
    cseqs = other.cseqs;
  }

  /** Another program has sent a NOTIFY with this CSeq in the dialog. */
  void cseq(final SubscriptionRow row, final long number) {
    cseqs.put(row.callId() + " " + row.toTag() + " " + row.fromTag(), number);
  }

  void arrive(final Outgoing outgoing) {
    final OutgoingRequest request = outgoing.request();
    final String dialog = request.callId() + " " + request.localTag() + " " + request.remoteTag();
    final long cseq = request.lastCseq() + 1;
    final Long before = cseqs.put(dialog, cseq);
    if (before != null && cseq != before + 1) {
      throw new AssertionError("CSeq " + cseq + " after " + before);
    }
    if (!underWay.add(dialog)) {
      throw new AssertionError("two NOTIFYs under way in " + dialog);
    }
    final Reaction what = reaction.apply(request);
    if (what != Reaction.UNSENT && what != Reaction.DROP) {
      notifies.add(new Notify(request));
      log.add("NOTIFY " + cseq);
    }
    if (what == Reaction.SILENT) {
      silent.add(outgoing);
      world.tasks.add(() -> sent(outgoing));
      return;
    }
    world.tasks.add(
        () -> {
          if (what != Reaction.UNSENT && what != Reaction.DROP) {
            sent(outgoing);
          }
          result(outgoing, dialog, what);
        });
  }

  private void sent(final Outgoing outgoing) {
    outgoing.listener().sent(outgoing.request().lastCseq() + 1, slow ? 50_000 : 100);
  }

  private void result(final Outgoing outgoing, final String dialog, final Reaction what) {
    underWay.remove(dialog);
    switch (what) {
      case UNSENT -> outgoing.listener().failed("no route");
      case DROP -> outgoing.listener().dropped();
      default -> {
        outgoing.listener().completed(code(what), "", answerXavps);
      }
    }
  }

  private static int code(final Reaction what) {
    return switch (what) {
      case NOT_FOUND -> 404;
      case UNKNOWN -> 481;
      case TIMEOUT -> 408;
      case REFUSE -> 503;
      default -> 200;
    };
  }

  /** The agents that kept silent answer now. */
  void answerAll(final Reaction what) {
    final List<Outgoing> due = List.copyOf(silent);
    silent.clear();
    due.forEach(
        o ->
            result(
                o,
                o.request().callId() + " " + o.request().localTag() + " " + o.request().remoteTag(),
                what));
    world.settle();
  }

  /** The engine that waited for the answers is no more. */
  void forgetWhatIsUnderWay() {
    underWay.clear();
    silent.clear();
  }

  Notify last() {
    return notifies.get(notifies.size() - 1);
  }

  /** What has arrived since the last call. */
  List<Notify> take() {
    final List<Notify> taken = List.copyOf(notifies);
    notifies.clear();
    return taken;
  }
}
