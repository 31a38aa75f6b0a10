// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.winfo.WatcherinfoDocument;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.kamailio.RequestListener;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends NOTIFYs (spec pa 1.8). Each carries the whole state; who has been shown it already is left
 * alone. One is under way per dialog, and not more than {@link PaLimits#NOTIFIES_UNDER_WAY} in all.
 * Engine thread only.
 */
final class PaNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(PaNotifier.class);
  private static final byte[] EMPTY = {};
  private static final long SLOW_MICROS = 20_000;
  private static final int TIMEOUT = 408;

  private final ModuleContext context;
  private final PaParameters parameters;
  private final PaNotes notes;
  private final Set<Watcher> ready = new LinkedHashSet<>();
  private Consumer<Watcher> gone = w -> {};
  private Consumer<OfflineWatcherinfo.Dump> dumped = d -> {};
  private int underWay;
  private boolean pumping;

  PaNotifier(final ModuleContext context, final PaParameters parameters, final PaNotes notes) {
    this.context = context;
    this.parameters = parameters;
    this.notes = notes;
  }

  /**
   * Who wants to know what becomes of subscriptions.
   *
   * @param gone its watcher refuses NOTIFYs: the subscription is no more
   * @param dumped it has taken the NOTIFY that tells who came while it was away
   */
  void listeners(
      final Consumer<Watcher> whenGone, final Consumer<OfflineWatcherinfo.Dump> whenDumped) {
    gone = whenGone;
    dumped = whenDumped;
  }

  /** NOTIFYs that have no result yet. */
  int underWay() {
    return underWay;
  }

  /** Sends what the watcher has not been shown yet, soon. */
  void tell(final Watcher watcher) {
    ready.add(watcher);
    pump();
  }

  /** Sends the state, soon, whatever the watcher has been shown. */
  void insist(final Watcher watcher) {
    watcher.due(true);
    tell(watcher);
  }

  /** The NOTIFY that follows the reply to a SUBSCRIBE at once; none while another is under way. */
  List<Outgoing> first(final Watcher watcher) {
    watcher.due(true);
    return compose(watcher).stream().toList();
  }

  /** The NOTIFY that {@link #first} has made never left, nor did the reply before it. */
  void unsent(final Watcher watcher) {
    if (watcher.inFlight()) {
      watcher.inFlight(false);
      underWay--;
    }
  }

  private void pump() {
    if (!pumping && !ready.isEmpty() && underWay < PaLimits.NOTIFIES_UNDER_WAY) {
      pumping = true;
      context.engine().execute(this::slice);
    }
  }

  private void slice() {
    pumping = false;
    final Iterator<Watcher> next = ready.iterator();
    for (int i = 0;
        i < PaLimits.NOTIFIES_PER_TURN && underWay < PaLimits.NOTIFIES_UNDER_WAY && next.hasNext();
        i++) {
      final Watcher watcher = next.next();
      next.remove();
      compose(watcher).ifPresent(context.kamailio()::send);
    }
    pump();
  }

  private record Draft(byte[] body, int print, Optional<OfflineWatcherinfo.Dump> dump) {
    Draft(final byte[] body, final int print) {
      this(body, print, Optional.empty());
    }
  }

  private Optional<Outgoing> compose(final Watcher watcher) {
    if (watcher.finished()) {
      return Optional.empty();
    }
    if (watcher.inFlight()) {
      watcher.due(true);
      return Optional.empty();
    }
    final boolean last = watcher.ended().isPresent();
    final Draft draft = draft(watcher);
    if (!last && !watcher.due() && draft.print == watcher.shown()) {
      return Optional.empty();
    }
    if (last) {
      watcher.finish();
    }
    watcher.due(draft.dump.isEmpty() && watcher.dump().isPresent());
    watcher.dump(draft.dump.isPresent() ? Optional.empty() : watcher.dump());
    watcher.inFlight(true);
    underWay++;
    final OutgoingRequest request = request(watcher, draft.body);
    watcher.notified(draft.print);
    notes.count(watcher);
    return Optional.of(new Outgoing(request, new Result(watcher, last, draft.dump)));
  }

  private Draft draft(final Watcher watcher) {
    if (watcher.verdict() != Verdict.ACTIVE) {
      return new Draft(EMPTY, mixed(watcher, 0));
    }
    final Presentity presentity = watcher.presentity();
    return switch (watcher.event()) {
      case PRESENCE ->
          new Draft(
              presentity.document(watcher.format()),
              mixed(watcher, presentity.print(watcher.format())));
      case WATCHERINFO -> watcherinfo(watcher);
      case XCAP_CHANGE -> xcapChange(watcher);
    };
  }

  private static int mixed(final Watcher watcher, final int print) {
    return Print.with(print, watcher.verdict().ordinal());
  }

  private Draft watcherinfo(final Watcher watcher) {
    final List<WatcherinfoDocument.Watcher> watchers = listed(watcher.presentity());
    final int print = mixed(watcher, Print.of(watchers));
    if (watcher.dump().isPresent() && watcher.shown() != 0) {
      return new Draft(
          document(watcher, false, watcher.dump().get().watchers()),
          watcher.shown(),
          watcher.dump());
    }
    if (print == watcher.shown() && !watcher.due() && watcher.ended().isEmpty()) {
      return new Draft(EMPTY, print);
    }
    return new Draft(document(watcher, true, watchers), print);
  }

  private static byte[] document(
      final Watcher watcher, final boolean full, final List<WatcherinfoDocument.Watcher> watchers) {
    return new WatcherinfoDocument(
            watcher.nextVersion(),
            full,
            watcher.presentity().address().uri(),
            PaEvent.PRESENCE.packageName(),
            watchers)
        .bytes();
  }

  private static List<WatcherinfoDocument.Watcher> listed(final Presentity presentity) {
    final List<WatcherinfoDocument.Watcher> all = new ArrayList<>(subscribed(presentity));
    presentity
        .inside()
        .forEach(
            (id, watcher) ->
                all.add(
                    new WatcherinfoDocument.Watcher(
                        id,
                        "subscribe",
                        watcher.verdict().name().toLowerCase(Locale.ROOT),
                        watcher.uri())));
    return all;
  }

  private static List<WatcherinfoDocument.Watcher> subscribed(final Presentity presentity) {
    return presentity.watchers().stream()
        .filter(w -> w.event() == PaEvent.PRESENCE && w.ended().isEmpty())
        .map(
            w ->
                new WatcherinfoDocument.Watcher(
                    w.id(),
                    w.cause(),
                    w.verdict().name().toLowerCase(Locale.ROOT),
                    w.party().uri(),
                    w.party().displayName()))
        .toList();
  }

  private Draft xcapChange(final Watcher watcher) {
    final XcapChangeDocument document =
        watcher
            .xcapChange()
            .orElseGet(
                () ->
                    XcapChangeDocument.none(
                        parameters.host(), watcher.presentity().address().key()));
    watcher.xcapChange(Optional.empty());
    return new Draft(document.bytes(), mixed(watcher, 0));
  }

  private OutgoingRequest request(final Watcher watcher, final byte[] body) {
    final StringBuilder headers = new StringBuilder(256);
    headers.append("Max-Forwards: 70\r\nEvent: ").append(watcher.event().packageName());
    if (!watcher.eventId().isEmpty()) {
      headers.append(";id=").append(watcher.eventId());
    }
    if (body.length > 0) {
      headers.append("\r\nContent-Type: ").append(watcher.format().contentType());
    }
    headers.append("\r\nContact: <").append(watcher.party().serverContact());
    headers.append(">\r\nSubscription-State: ").append(state(watcher)).append("\r\n");
    return new OutgoingRequest(
        "NOTIFY",
        watcher.dialog().callId(),
        watcher.party().localUri(),
        watcher.dialog().localTag(),
        watcher.party().remoteUri(),
        watcher.dialog().remoteTag(),
        watcher.remoteTarget(),
        watcher.party().routeSet(),
        watcher.localCseq(),
        Optional.of(watcher.party().socket()).filter(s -> !s.isEmpty()),
        headers.toString(),
        body,
        Optional.empty(),
        watcher.slow(),
        Optional.empty(),
        Optional.empty(),
        parameters.notifyRefreshes(),
        false);
  }

  private String state(final Watcher watcher) {
    if (watcher.ended().isPresent()) {
      return "terminated;reason=" + watcher.ended().get();
    }
    final long left = Math.max(0, watcher.expires() - context.clock().epochSeconds());
    return (watcher.verdict() == Verdict.ACTIVE ? "active" : "pending") + ";expires=" + left;
  }

  /** Waits for what becomes of one NOTIFY; whatever is reported first ends it. */
  private final class Result implements RequestListener {
    private final Watcher watcher;
    private final boolean last;
    private final Optional<OfflineWatcherinfo.Dump> dump;
    private boolean open = true;

    Result(
        final Watcher watcher, final boolean last, final Optional<OfflineWatcherinfo.Dump> dump) {
      this.watcher = watcher;
      this.last = last;
      this.dump = dump;
    }

    @Override
    public void sent(final long cseq, final long micros) {
      if (micros > SLOW_MICROS) {
        watcher.slow(true);
      }
    }

    @Override
    public void dropped() {
      close();
    }

    @Override
    public void failed(final String reason) {
      LOG.warn("a NOTIFY to {} could not be sent: {}", watcher.remoteTarget(), reason);
      close();
    }

    @Override
    public void lost() {
      close();
    }

    @Override
    public void completed(final int code, final String reason, final Map<String, Long> xavps) {
      ended(code, Optional.empty());
    }

    @Override
    public void completed(final FinalReply reply) {
      ended(reply.code(), reply.contact());
    }

    private void ended(final int code, final Optional<String> contact) {
      if (!open) {
        return;
      }
      if (code < 300) {
        if (parameters.notifyRefreshes()) {
          contact
              .filter(c -> !c.isEmpty() && c.length() <= PaLimits.URI)
              .ifPresent(watcher::remoteTarget);
        }
        dump.ifPresent(dumped);
      } else if (!last && !(code == TIMEOUT && parameters.ignoreTimeout())) {
        LOG.info(
            "{} answers {} to a NOTIFY about {}: its subscription ends",
            watcher.remoteTarget(),
            code,
            watcher.presentity().address().uri());
        watcher.finish();
        gone.accept(watcher);
      }
      close();
    }

    private void close() {
      if (!open) {
        return;
      }
      open = false;
      watcher.inFlight(false);
      underWay--;
      if (!watcher.finished() && (watcher.due() || watcher.ended().isPresent())) {
        ready.add(watcher);
      }
      pump();
    }
  }
}
