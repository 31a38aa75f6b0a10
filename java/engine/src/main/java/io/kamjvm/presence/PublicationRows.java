// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.sip.EntityTag;
import io.kamjvm.storage.PublicationRow;

/** The rows that PUBLISH requests make (spec presence 6.3, 6.4). */
final class PublicationRows {
  private PublicationRows() {}

  /** The row of a new publication. */
  static PublicationRow created(
      final PublishRequest publish, final long now, final Publications publications) {
    return new PublicationRow(
        publish.user(),
        publish.domain(),
        publish.eventPackage().name(),
        publications.newTag().value(),
        now + publish.granted(),
        now,
        publish.body(),
        publish.sender().orElse(""),
        publish.priority(),
        publications.newRuid());
  }

  /** The row after a modification or a refresh: what the request does not say stays (D-08). */
  static PublicationRow modified(
      final PublishRequest publish,
      final Publication before,
      final long now,
      final Publications publications) {
    final PublicationRow old = before.row();
    return new PublicationRow(
        old.user(),
        old.domain(),
        old.event(),
        publish.eventPackage().renewsEntityTag() ? renewed(old.etag(), publications) : old.etag(),
        now + publish.granted(),
        now,
        publish.body().length == 0 ? old.body() : publish.body(),
        publish.sender().orElse(old.sender()),
        publish.priority(),
        old.ruid());
  }

  private static String renewed(final String etag, final Publications publications) {
    return new EntityTag(etag)
        .next()
        .filter(tag -> tag.value().length() <= PresenceLimits.TAG_LENGTH)
        .orElseGet(publications::newTag)
        .value();
  }
}
