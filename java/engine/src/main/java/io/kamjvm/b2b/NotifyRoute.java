// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.b2b.qsa.StatusMessage;
import io.kamjvm.kamailio.EventRoute;
import io.kamjvm.kamailio.ModuleContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The event route that hears every message that is delivered, whoever has said it. Engine thread
 * only.
 */
final class NotifyRoute {
  /**
   * The grammar of Kamailio 5.6 to 6.1 has no underscore before the colon: of {@code
   * event_route[presence_b2b:notify]} it keeps {@code b2b:notify}.
   */
  private static final List<String> NAMES =
      List.of("presence_b2b:notify", "presence-b2b:notify", "b2b:notify");

  private final ModuleContext context;
  private final Optional<String> name;

  NotifyRoute(final ModuleContext context) {
    this.context = context;
    this.name = NAMES.stream().filter(context.facts().eventRoutes()::contains).findFirst();
  }

  void heard(final StatusMessage message) {
    name.ifPresent(n -> context.kamailio().run(new EventRoute(n, variables(message))));
  }

  private static Map<String, String> variables(final StatusMessage message) {
    final Map<String, String> variables = new HashMap<>();
    variables.put("id", message.id().text());
    variables.put("record", message.key().record());
    variables.put("subscriber", message.key().subscriber());
    variables.put("package", message.key().eventPackage());
    variables.put("status", message.status().text());
    message.reason().ifPresent(reason -> variables.put("reason", reason));
    message.doc().ifPresent(doc -> document(doc, variables));
    return variables;
  }

  private static void document(final PresenceDoc doc, final Map<String, String> variables) {
    doc.basic().ifPresent(b -> variables.put("basic", b.name().toLowerCase(Locale.ROOT)));
    variables.put("ctype", doc.mimeType());
    variables.put("body", new String(doc.bytes(), StandardCharsets.UTF_8));
  }
}
