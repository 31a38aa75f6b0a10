// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.eventpackage.xml.XmlRejectedException;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ModuleContext;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code authorize_message(filename)} (spec pa 1.11): who may send messages to whom. Who can not be
 * judged may. Engine thread only; documents are read on another one.
 */
final class MessageRules {
  private static final Logger LOG = LoggerFactory.getLogger(MessageRules.class);
  private static final String FILE = "im-rules.xml";

  private final ModuleContext context;
  private final RulesSource source;

  MessageRules(final ModuleContext context, final RulesSource source) {
    this.context = context;
    this.source = source;
  }

  void authorize(final Call call) {
    final Optional<PresentityAddress> to = call.request().flatMap(PresentityAddress::of);
    if (to.isEmpty()) {
      call.answer(Answer.of(1));
      return;
    }
    final String from = SubscriptionHandler.watcherUri(call.request().orElseThrow());
    final String given = call.arguments().isEmpty() ? "" : call.arguments().get(0);
    context
        .background()
        .execute(
            () -> {
              final boolean blocked = blocks(to.get(), given.isEmpty() ? FILE : given, from);
              context.engine().execute(() -> call.answer(Answer.of(blocked ? -1 : 1)));
            });
  }

  private boolean blocks(final PresentityAddress to, final String file, final String from) {
    try {
      final Optional<byte[]> document = source.read(RulesSource.IM_RULES, to, file);
      if (document.isEmpty()) {
        return false;
      }
      return RulesText.parse(document.get(), "im-handling")
          .about(from)
          .map(a -> a == RulesText.Action.BLOCK || a == RulesText.Action.POLITE_BLOCK)
          .orElse(false);
    } catch (final IOException | XmlRejectedException | RuntimeException e) {
      LOG.warn("message rules of {} can not be read: {}", to.uri(), e.getMessage());
      return false;
    }
  }
}
