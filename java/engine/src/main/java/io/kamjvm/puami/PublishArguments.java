// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.mififo.MiReply;
import io.kamjvm.pua.PuaEvents;
import io.kamjvm.pua.PublishOrder;
import io.kamjvm.pua.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The arguments of {@code pua_publish} (spec pua 2.1), in order; {@code .} where there is none. */
final class PublishArguments {
  private static final int MANDATORY = 7;
  private static final String NO_TYPE = ".";
  private static final Pattern LINE_BREAK = Pattern.compile("\r?\n");

  private final boolean withProxy;
  private final WrappedBody wrapped = new WrappedBody();

  /**
   * @param withProxy whether there is an outbound proxy among them
   */
  PublishArguments(final boolean withProxy) {
    this.withProxy = withProxy;
  }

  /** What they order. */
  PublishOrder order(final List<String> given, final PuaEvents events) throws Refusal {
    final int mandatory = MANDATORY + (withProxy ? 1 : 0);
    if (given.size() < mandatory) {
      throw new Refusal(
          new MiReply.Failed(given.size() + " parameters, " + mandatory + " are needed"));
    }
    final Arguments arguments = new Arguments(given);
    final String uri = arguments.uri(404, "Empty presentity URI", "Bad presentity URI");
    final long expires = arguments.number("Empty expires parameter");
    final String event = arguments.text("Empty event parameter");
    final String type = arguments.text("Empty content type parameter");
    final Optional<String> id = arguments.option("Empty id parameter");
    final Optional<String> etag = arguments.option("Empty etag parameter");
    final Optional<String> proxy =
        withProxy ? arguments.option("Empty outbound proxy") : Optional.empty();
    final Optional<String> headers = arguments.option("Empty extra_headers");
    final Optional<String> body = body(arguments, type);
    if (!events.commandable(event)) {
      throw new Refusal(MiReply.of(400, "Unknown event"));
    }
    return new PublishOrder(
        Source.COMMAND_ASYN_PUBLISH,
        event,
        uri,
        id.orElse(""),
        expires,
        body.map(text -> text.getBytes(StandardCharsets.UTF_8)),
        Optional.of(type).filter(t -> t.length() > 1),
        etag,
        proxy,
        headers.map(PublishArguments::headerLines).orElse(""),
        false);
  }

  private Optional<String> body(final Arguments arguments, final String type) throws Refusal {
    final List<String> lines = arguments.rest();
    if (lines.isEmpty()) {
      if (!type.equals(NO_TYPE)) {
        throw new Refusal(MiReply.of(400, "Body parameter is missing"));
      }
      return Optional.empty();
    }
    if (lines.get(0).isEmpty()) {
      throw new Refusal(MiReply.of(400, "Empty body parameter"));
    }
    if (lines.size() == 1) {
      return Optional.of(lines.get(0));
    }
    final Optional<String> whole = wrapped.join(lines);
    if (whole.isEmpty()) {
      throw new Refusal(MiReply.of(400, "Too many parameters"));
    }
    return whole;
  }

  /** A quoted value of several lines has line breaks as files have them. */
  private static String headerLines(final String text) {
    return LINE_BREAK.matcher(text).replaceAll("\r\n");
  }
}
