// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.sip.HeaderLines;
import io.kamjvm.sip.SipUri;
import java.util.Optional;
import java.util.Set;

/** What an order may put into a message: nothing that would end a line, a header or a URI. */
final class OrderCheck {
  /** Longest extra headers, characters. */
  static final int LONGEST_HEADERS = 16_384;

  /** Longest URI, id, entity-tag or content type, characters. */
  static final int LONGEST_TEXT = 8_192;

  /** What is written by tm or by us, and must not be there twice. */
  private static final Set<String> OURS =
      Set.of(
          "via",
          "v",
          "from",
          "f",
          "to",
          "t",
          "call-id",
          "i",
          "cseq",
          "content-length",
          "l",
          "max-forwards");

  private OrderCheck() {}

  /** Why the order can not be carried out; empty when it can. */
  static Optional<String> objection(final PublishOrder order) {
    return uri("presentity URI", order.presentityUri())
        .or(() -> line("id", order.id()))
        .or(() -> order.contentType().flatMap(type -> line("content type", type)))
        .or(() -> order.etag().flatMap(etag -> word("ETag", etag)))
        .or(() -> order.outboundProxy().flatMap(proxy -> uri("outbound proxy", proxy)))
        .or(() -> headers(order.extraHeaders()));
  }

  /** Why the order can not be carried out; empty when it can. */
  static Optional<String> objection(final SubscribeOrder order) {
    return uri("presentity URI", order.presentityUri())
        .or(() -> uri("watcher URI", order.watcherUri()))
        .or(() -> uri("contact", order.contact()))
        .or(() -> order.remoteTarget().flatMap(target -> uri("remote target", target)))
        .or(() -> line("id", order.id()))
        .or(() -> order.outboundProxy().flatMap(proxy -> uri("outbound proxy", proxy)))
        .or(() -> headers(order.extraHeaders()));
  }

  /** Whether it is a SIP URI that can stand between angle brackets. */
  static boolean isUri(final String text) {
    return text.length() <= LONGEST_TEXT
        && text.chars().allMatch(c -> c > ' ' && c != 0x7f && c != '<' && c != '>' && c != '"')
        && SipUri.parse(text).isPresent();
  }

  /** Whether it can stand in a header as one word. */
  static boolean isWord(final String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_TEXT
        && text.chars().allMatch(c -> c > ' ' && c != 0x7f);
  }

  private static Optional<String> uri(final String what, final String text) {
    return isUri(text) ? Optional.empty() : Optional.of(what + " is not a SIP URI");
  }

  private static Optional<String> word(final String what, final String text) {
    return isWord(text) ? Optional.empty() : Optional.of(what + " is empty or not one word");
  }

  private static Optional<String> line(final String what, final String text) {
    return text.length() <= LONGEST_TEXT && text.chars().allMatch(c -> c >= ' ' && c != 0x7f)
        ? Optional.empty()
        : Optional.of(what + " is too long or has a control character");
  }

  private static Optional<String> headers(final String headers) {
    if (headers.length() > LONGEST_HEADERS) {
      return Optional.of("extra headers have more than " + LONGEST_HEADERS + " characters");
    }
    return HeaderLines.objection(headers, OURS).map(why -> "extra headers " + why);
  }
}
