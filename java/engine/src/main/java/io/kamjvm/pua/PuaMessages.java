// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.storage.PuaRow;
import java.util.Optional;
import java.util.UUID;

/** The requests as they are sent (spec pua 1.4, 1.6). */
final class PuaMessages {
  /** Of the first request of a dialog, and of every PUBLISH. */
  static final long FIRST_CSEQ = 10;

  private static final byte[] EMPTY = {};

  private PuaMessages() {}

  /** A fresh Call-ID or tag. */
  static String unique() {
    return UUID.randomUUID().toString();
  }

  /** What a PUBLISH says beside its series. */
  record Publication(
      String event,
      long expires,
      Optional<byte[]> body,
      Optional<String> contentType,
      Optional<String> nextHop) {}

  static OutgoingRequest publish(
      final PuaRow row, final Publication publication, final boolean slow) {
    final StringBuilder headers = new StringBuilder(256);
    headers.append("Max-Forwards: 70\r\nEvent: ").append(publication.event());
    headers.append("\r\nExpires: ").append(publication.expires()).append("\r\n");
    if (!row.etag().isEmpty()) {
      headers.append("SIP-If-Match: ").append(row.etag()).append("\r\n");
    }
    if (publication.body().isPresent() && publication.contentType().isPresent()) {
      headers.append("Content-Type: ").append(publication.contentType().get()).append("\r\n");
    }
    appendExtra(headers, row.extraHeaders());
    return new OutgoingRequest(
        "PUBLISH",
        unique(),
        row.presentityUri(),
        unique(),
        row.presentityUri(),
        "",
        row.presentityUri(),
        "",
        FIRST_CSEQ - 1,
        Optional.empty(),
        headers.toString(),
        publication.body().orElse(EMPTY),
        Optional.empty(),
        slow,
        Optional.empty(),
        publication.nextHop(),
        true,
        false);
  }

  /** The row's CSeq is that of this request. */
  static OutgoingRequest subscribe(
      final PuaRow row,
      final String event,
      final long expires,
      final Optional<String> nextHop,
      final boolean slow) {
    final StringBuilder headers = new StringBuilder(256);
    headers.append("Max-Forwards: 70\r\nEvent: ").append(event);
    headers.append("\r\nContact: <").append(row.contact());
    headers.append(">\r\nExpires: ").append(expires).append("\r\n");
    appendExtra(headers, row.extraHeaders());
    return new OutgoingRequest(
        "SUBSCRIBE",
        row.callId(),
        row.watcherUri(),
        row.fromTag(),
        row.presentityUri(),
        row.toTag(),
        row.remoteContact(),
        row.recordRoute(),
        row.cseq() - 1,
        Optional.empty(),
        headers.toString(),
        EMPTY,
        Optional.empty(),
        slow,
        Optional.empty(),
        nextHop,
        true,
        false);
  }

  private static void appendExtra(final StringBuilder headers, final String extra) {
    headers.append(extra);
    if (!extra.isEmpty() && !extra.endsWith("\r\n")) {
      headers.append("\r\n");
    }
  }
}
