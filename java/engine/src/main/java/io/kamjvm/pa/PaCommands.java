// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.storage.Change;
import io.kamjvm.time.EngineClock;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** RPC commands (spec pa 1.14, 1.18). Engine thread only. */
final class PaCommands {
  private static final int BAD = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONDITION_FAILED = 412;
  private static final int INTERNAL = 500;

  private final PaParameters parameters;
  private final Presentities presentities;
  private final Publications publications;
  private final Watchers watchers;
  private final PaNotifier notifier;
  private final PaBackup backup;
  private final Injection injection;
  private final PidfReader reader;
  private final EngineClock clock;

  PaCommands(
      final PaParameters parameters,
      final Presentities presentities,
      final Publications publications,
      final Watchers watchers,
      final PaNotifier notifier,
      final PaBackup backup,
      final Injection injection,
      final PidfReader reader,
      final EngineClock clock) {
    this.parameters = parameters;
    this.presentities = presentities;
    this.publications = publications;
    this.watchers = watchers;
    this.notifier = notifier;
    this.backup = backup;
    this.injection = injection;
    this.reader = reader;
    this.clock = clock;
  }

  Map<String, RpcMethod> all() {
    return Map.of(
        "pa.authorize", this::authorize,
        "pa.trace", this::trace,
        "pa.publish", this::publish,
        "pa.watched", this::watched,
        "pa.inject", this::inject,
        "pa.list", this::list);
  }

  /** The argument at this place; empty string if there is none. */
  private static String argument(final RpcCall call, final int index) {
    final String text = call.arguments().size() > index ? call.arguments().get(index) : "";
    return text.equals(".") ? "" : text;
  }

  private Optional<Pdomain> domain(final RpcCall call) {
    final Optional<Pdomain> domain = presentities.domain(argument(call, 0));
    if (domain.isEmpty()) {
      call.fault(BAD, "Domain is neither registrar nor jabber");
    }
    return domain;
  }

  private Optional<PresentityAddress> address(final RpcCall call) {
    final String text = argument(call, 1);
    final boolean jabberId =
        parameters.jabberAlias().isPresent() && !text.contains(":") && text.contains("@");
    final Optional<PresentityAddress> address =
        PresentityAddress.parse(
            jabberId && argument(call, 0).equalsIgnoreCase(Pdomain.JABBER) ? inSip(text) : text);
    if (address.isEmpty()) {
      call.fault(BAD, "Invalid presentity");
    }
    return address;
  }

  /** Jabber ids that are SIP addresses of the gateway already are left alone. */
  private String inSip(final String text) {
    final JabberAddresses addresses = parameters.jabberAlias().orElseThrow();
    return text.toLowerCase(Locale.ROOT).endsWith("@" + addresses.alias().toLowerCase(Locale.ROOT))
        ? text
        : addresses.address(text);
  }

  private static OptionalLong number(final String text, final long otherwise) {
    if (text.isEmpty()) {
      return OptionalLong.of(otherwise);
    }
    return text.matches("[0-9]{1,9}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private void authorize(final RpcCall call) {
    final Optional<Pdomain> domain = domain(call);
    final Optional<PresentityAddress> address = domain.flatMap(d -> address(call));
    if (address.isEmpty()) {
      return;
    }
    final String watcher =
        PresentityAddress.parse(argument(call, 2)).map(PresentityAddress::key).orElse("");
    final List<Watcher> meant =
        domain.get().find(address.get().key()).stream()
            .flatMap(p -> p.watchers(PaEvent.PRESENCE).stream())
            .filter(
                w ->
                    PresentityAddress.parse(w.party().uri())
                        .map(a -> a.key().equals(watcher))
                        .orElse(false))
            .toList();
    if (meant.isEmpty()) {
      call.fault(NOT_FOUND, "No such watcher");
      return;
    }
    meant.forEach(w -> watchers.judge(w, Verdict.ACTIVE));
    call.finish();
  }

  private void trace(final RpcCall call) {
    final Map<String, Object> counts = new LinkedHashMap<>();
    for (final Pdomain domain : presentities.domains()) {
      int published = 0;
      int sources = 0;
      int subscribed = 0;
      for (final Presentity presentity : domain.presentities()) {
        published += presentity.publications().size();
        sources += presentity.sources().size();
        subscribed += presentity.watchers().size();
      }
      counts.put(domain.name() + "_presentities", (long) domain.presentities().size());
      counts.put(domain.name() + "_publications", (long) published);
      counts.put(domain.name() + "_source_tuples", (long) sources);
      counts.put(domain.name() + "_watchers", (long) subscribed);
    }
    counts.put("notifies_under_way", (long) notifier.underWay());
    call.struct(counts);
    if (number(argument(call, 0), 0).orElse(0) != 0) {
      presentities.domains().forEach(d -> d.presentities().forEach(p -> detail(call, p)));
    }
    call.finish();
  }

  private static void detail(final RpcCall call, final Presentity presentity) {
    for (final Watcher watcher : presentity.watchers()) {
      final Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("domain", presentity.domain().name());
      fields.put("presentity", presentity.address().uri());
      fields.put("watcher", watcher.party().uri());
      fields.put("package", watcher.event().packageName());
      fields.put("status", watcher.verdict().name().toLowerCase(Locale.ROOT));
      fields.put("expires", watcher.expires());
      fields.put("callid", watcher.dialog().callId());
      fields.put("cseq", watcher.localCseq());
      call.struct(fields);
    }
  }

  private void list(final RpcCall call) {
    for (final Pdomain domain : presentities.domains()) {
      if (!argument(call, 0).isEmpty() && !domain.name().equalsIgnoreCase(argument(call, 0))) {
        continue;
      }
      for (final Presentity presentity : domain.presentities()) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("domain", domain.name());
        fields.put("presentity", presentity.address().uri());
        fields.put("online", presentity.online() ? 1L : 0L);
        fields.put("publications", (long) presentity.publications().size());
        fields.put("source_tuples", (long) presentity.sources().size());
        fields.put("watchers", (long) presentity.watchers().size());
        call.struct(fields);
      }
    }
    call.finish();
  }

  private void watched(final RpcCall call) {
    domain(call)
        .ifPresent(
            domain -> {
              domain.presentities().stream()
                  .filter(Presentity::watched)
                  .forEach(p -> call.string(p.address().uri()));
              call.finish();
            });
  }

  private void inject(final RpcCall call) {
    final Optional<Pdomain> domain = domain(call);
    final Optional<PresentityAddress> address = domain.flatMap(d -> address(call));
    if (address.isEmpty()) {
      return;
    }
    final Optional<Injection.State> state = Injection.State.named(argument(call, 2));
    final OptionalLong lifetime = number(argument(call, 5), parameters.defaultExpires());
    if (state.isEmpty()) {
      call.fault(BAD, "State is none of available, unavailable, refused, unknown");
      return;
    }
    if (lifetime.isEmpty()) {
      call.fault(BAD, "Invalid expires");
      return;
    }
    injection
        .inject(
            domain.get(),
            address.get(),
            new Injection.Statement(
                state.get(),
                argument(call, 3),
                argument(call, 4),
                lifetime.getAsLong(),
                argument(call, 6)))
        .ifPresentOrElse(why -> call.fault(BAD, why), call::finish);
  }

  private void publish(final RpcCall call) {
    final Optional<Pdomain> domain = domain(call);
    final Optional<PresentityAddress> address = domain.flatMap(d -> address(call));
    if (address.isEmpty()) {
      return;
    }
    final OptionalLong asked = number(argument(call, 3), parameters.defaultExpires());
    if (asked.isEmpty()) {
      call.fault(BAD, "Invalid expires");
      return;
    }
    final Optional<Content> content;
    try {
      final byte[] body = argument(call, 2).getBytes(StandardCharsets.UTF_8);
      content = body.length == 0 ? Optional.empty() : Optional.of(reader.read(body));
    } catch (final XmlRejectedException e) {
      call.fault(BAD, "The document: " + e.getMessage());
      return;
    }
    final Presentity presentity = presentities.obtain(domain.get(), address.get());
    final long granted = Math.min(asked.getAsLong(), parameters.mostPublished());
    if (!presentity.enter(() -> publish(call, presentity, content, granted))) {
      call.fault(INTERNAL, "Too many requests wait");
    }
  }

  private void publish(
      final RpcCall call,
      final Presentity presentity,
      final Optional<Content> content,
      final long granted) {
    final String tag = argument(call, 4);
    final Optional<Held> held = presentity.publication(tag);
    presentities.again(presentity);
    if (!tag.isEmpty() && held.isEmpty()) {
      call.fault(CONDITION_FAILED, "Conditional Request Failed");
      return;
    }
    if (held.isEmpty() && content.isEmpty()) {
      call.fault(BAD, "Neither document nor etag");
      return;
    }
    if (held.isEmpty() && presentity.publications().size() >= PaLimits.PUBLICATIONS) {
      call.fault(INTERNAL, "Too many publications");
      return;
    }
    final Publications.Step step = step(presentity, held, content, granted);
    final Runnable done =
        () -> {
          publications.apply(step);
          call.struct(Map.of("etag", step.after().etag()));
          call.finish();
        };
    if (!backup.kept()) {
      done.run();
      return;
    }
    final List<Change> changes = publications.storing(step);
    presentity.begin();
    backup.store(
        changes,
        stored -> {
          if (stored) {
            done.run();
          } else {
            call.fault(INTERNAL, "The database does not take it");
          }
          presentity.end();
        });
  }

  private Publications.Step step(
      final Presentity presentity,
      final Optional<Held> held,
      final Optional<Content> content,
      final long granted) {
    final long until = granted == 0 ? 0 : clock.epochSeconds() + granted;
    if (held.isEmpty()) {
      return publications.create(presentity, content.orElseThrow(), until);
    }
    if (granted == 0) {
      return publications.remove(presentity, held.get());
    }
    return content
        .map(c -> publications.replace(presentity, held.get(), c, until))
        .orElseGet(() -> publications.prolong(presentity, held.get(), until));
  }
}
