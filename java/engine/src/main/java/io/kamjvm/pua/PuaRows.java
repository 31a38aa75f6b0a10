// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.storage.PuaRow;

/** Rows with some columns changed. */
final class PuaRows {
  private PuaRows() {}

  /** A series that is not published yet. */
  static PuaRow publication(
      final PublishOrder order, final int event, final long desired, final String tupleId) {
    return new PuaRow(
        order.presentityUri(),
        order.id(),
        event,
        0,
        desired,
        order.source().stored().bit(),
        "",
        tupleId,
        "",
        "",
        "",
        "",
        0,
        "",
        "",
        "",
        0,
        order.extraHeaders());
  }

  /** A dialog whose first SUBSCRIBE is being sent. */
  static PuaRow temporary(
      final SubscribeOrder order,
      final int event,
      final String callId,
      final String localTag,
      final long expires) {
    return new PuaRow(
        order.presentityUri(),
        order.id(),
        event,
        expires,
        expires,
        order.source().stored().bit(),
        "",
        "",
        order.watcherUri(),
        callId,
        "",
        localTag,
        PuaMessages.FIRST_CSEQ,
        "",
        order.contact(),
        order.remoteTarget().orElse(order.presentityUri()),
        0,
        order.extraHeaders());
  }

  /** After a 2xx to a PUBLISH. */
  static PuaRow published(
      final PuaRow row, final String etag, final long expires, final long desired) {
    return new PuaRow(
        row.presentityUri(),
        row.id(),
        row.event(),
        expires,
        desired,
        row.flag(),
        etag,
        row.tupleId(),
        row.watcherUri(),
        row.callId(),
        row.toTag(),
        row.fromTag(),
        row.cseq(),
        row.recordRoute(),
        row.contact(),
        row.remoteContact(),
        row.version(),
        row.extraHeaders());
  }

  /** With the number, tuple and headers of the document that is being sent. */
  static PuaRow counted(
      final PuaRow row, final long version, final String tupleId, final String extraHeaders) {
    return new PuaRow(
        row.presentityUri(),
        row.id(),
        row.event(),
        row.expires(),
        row.desiredExpires(),
        row.flag(),
        row.etag(),
        tupleId,
        row.watcherUri(),
        row.callId(),
        row.toTag(),
        row.fromTag(),
        row.cseq(),
        row.recordRoute(),
        row.contact(),
        row.remoteContact(),
        version,
        extraHeaders);
  }

  /** With other times. */
  static PuaRow until(final PuaRow row, final long expires, final long desired) {
    return published(row, row.etag(), expires, desired);
  }

  /** With the CSeq of the SUBSCRIBE that is being sent. */
  static PuaRow withCseq(final PuaRow row, final long cseq) {
    return dialog(row, row.toTag(), cseq, row.recordRoute(), row.remoteContact());
  }

  /** With another remote target. */
  static PuaRow withRemoteContact(final PuaRow row, final String remoteContact) {
    return dialog(row, row.toTag(), row.cseq(), row.recordRoute(), remoteContact);
  }

  /** With what a dialog is made of. */
  static PuaRow dialog(
      final PuaRow row,
      final String toTag,
      final long cseq,
      final String recordRoute,
      final String remoteContact) {
    return new PuaRow(
        row.presentityUri(),
        row.id(),
        row.event(),
        row.expires(),
        row.desiredExpires(),
        row.flag(),
        row.etag(),
        row.tupleId(),
        row.watcherUri(),
        row.callId(),
        toTag,
        row.fromTag(),
        cseq,
        recordRoute,
        row.contact(),
        remoteContact,
        row.version(),
        row.extraHeaders());
  }
}
