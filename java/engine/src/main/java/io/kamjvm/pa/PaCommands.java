// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
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

  private final PaParameters parameters;
  private final Presentities presentities;
  private final Watchers watchers;
  private final PaNotifier notifier;
  private final Injection injection;
  private final PidfReader reader;
  private final InsidePublisher inside;

  PaCommands(
      final PaParameters parameters,
      final Presentities presentities,
      final Watchers watchers,
      final PaNotifier notifier,
      final Injection injection,
      final PidfReader reader,
      final InsidePublisher inside) {
    this.parameters = parameters;
    this.presentities = presentities;
    this.watchers = watchers;
    this.notifier = notifier;
    this.injection = injection;
    this.reader = reader;
    this.inside = inside;
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
    final String tag = argument(call, 4);
    inside.publish(
        new InsidePublisher.Order(
            domain.get(),
            address.get(),
            Optional.of(tag).filter(t -> !t.isEmpty()),
            content,
            Math.min(asked.getAsLong(), parameters.mostPublished())),
        result -> {
          if (result.etag().isPresent()) {
            call.struct(Map.of("etag", result.etag().get()));
            call.finish();
          } else {
            call.fault(result.code(), result.reason());
          }
        });
  }
}
