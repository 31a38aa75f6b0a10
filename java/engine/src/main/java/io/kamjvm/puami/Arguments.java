// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.puami;

import io.kamjvm.mififo.MiReply;
import io.kamjvm.sip.SipUri;
import java.util.List;
import java.util.Optional;

/** A command's arguments, taken one after the other. */
final class Arguments {
  private static final String NONE = ".";

  private final List<String> given;
  private int next;

  Arguments(final List<String> given) {
    this.given = given;
  }

  boolean exhausted() {
    return next == given.size();
  }

  /** The next one, which must not be empty. */
  String text(final String ifEmpty) throws Refusal {
    return text(400, ifEmpty);
  }

  String text(final int code, final String ifEmpty) throws Refusal {
    final String value = given.get(next);
    next++;
    if (value.isEmpty()) {
      throw new Refusal(MiReply.of(code, ifEmpty));
    }
    return value;
  }

  /** The next one, unless it is the placeholder. */
  Optional<String> option(final String ifEmpty) throws Refusal {
    return Optional.of(text(ifEmpty)).filter(value -> !value.equals(NONE));
  }

  String uri(final int code, final String ifEmpty, final String ifBad) throws Refusal {
    final String value = text(code, ifEmpty);
    if (SipUri.parse(value).isEmpty()) {
      throw new Refusal(MiReply.of(code, ifBad));
    }
    return value;
  }

  /** The next one as decimal digits, perhaps behind a minus. */
  long number(final String ifEmpty) throws Refusal {
    final String value = text(ifEmpty);
    try {
      if (Character.isDigit(value.charAt(0)) || value.charAt(0) == '-') {
        return Integer.parseInt(value);
      }
    } catch (final NumberFormatException e) {
      // told below
    }
    throw new Refusal(new MiReply.Failed("expires is no number: " + value));
  }

  /** All that are left. */
  List<String> rest() {
    final List<String> rest = given.subList(next, given.size());
    next = given.size();
    return rest;
  }
}
