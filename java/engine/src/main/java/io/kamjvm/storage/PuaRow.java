// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage;

/**
 * A row of Kamailio's {@code pua} table, version 7 (spec pua 1.7): a series of publications, or a
 * subscription dialog in which we are the subscriber. Strings are empty, not null, where the table
 * has NULL.
 *
 * @param event one bit
 * @param expires epoch seconds until when the other server keeps it
 * @param desiredExpires epoch seconds until when it is wanted; 0: for ever
 * @param flag one bit: who asked for it
 * @param etag empty for a subscription
 * @param watcherUri empty for a publication, which is how the two are told apart
 * @param toTag empty while the first SUBSCRIBE is not answered
 * @param cseq of the last SUBSCRIBE
 * @param recordRoute the dialog's route set joined by commas, first = next hop
 * @param version of the last document
 */
public record PuaRow(
    String presentityUri,
    String id,
    int event,
    long expires,
    long desiredExpires,
    int flag,
    String etag,
    String tupleId,
    String watcherUri,
    String callId,
    String toTag,
    String fromTag,
    long cseq,
    String recordRoute,
    String contact,
    String remoteContact,
    long version,
    String extraHeaders) {

  /** What tells rows apart. */
  public record Key(
      String presentityUri,
      String id,
      int event,
      int flag,
      String watcherUri,
      String callId,
      String fromTag,
      String etag) {}

  /** This row's key. */
  public Key key() {
    return new Key(presentityUri, id, event, flag, watcherUri, callId, fromTag, etag);
  }

  /** Whether it is a subscription. */
  public boolean subscription() {
    return !watcherUri.isEmpty();
  }
}
