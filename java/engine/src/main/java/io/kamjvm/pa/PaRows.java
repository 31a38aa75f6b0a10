// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.sip.DialogId;
import io.kamjvm.storage.PaRow;
import io.kamjvm.storage.PaTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** State as rows of the tables, and back (spec pa 1.19). */
final class PaRows {
  private PaRows() {}

  static PaRow presentity(final Presentity presentity) {
    return row(
        PaTable.PRESENTITY,
        presentity.id(),
        presentity.address().uri(),
        presentity.address().key(),
        presentity.domain().name(),
        "");
  }

  /** All rows of a publication by their keys. */
  static Map<PaRow.Key, PaRow> of(final Presentity presentity, final Publication publication) {
    final List<PaRow> rows = new ArrayList<>();
    final String id = presentity.id();
    final Content content = publication.content();
    for (final Tuple tuple : content.tuples()) {
      rows.add(contact(id, publication, tuple));
      for (int i = 0; i < tuple.notes().size(); i++) {
        final Note note = tuple.notes().get(i);
        rows.add(
            row(
                PaTable.TUPLE_NOTES,
                tuple.id() + ".n" + i,
                id,
                tuple.id(),
                note.text(),
                note.lang()));
      }
      addExtensions(rows, id, tuple.id(), tuple.statusExtensions(), 1);
      addExtensions(rows, id, tuple.id(), tuple.extensions(), 0);
    }
    for (int i = 0; i < content.notes().size(); i++) {
      final Note note = content.notes().get(i);
      rows.add(
          row(
              PaTable.NOTES,
              publication.id() + ".n" + i,
              id,
              publication.etag(),
              note.text(),
              note.lang(),
              publication.expires()));
    }
    for (int i = 0; i < content.extensions().size(); i++) {
      rows.add(
          row(
              PaTable.EXTENSIONS,
              publication.id() + ".e" + i,
              id,
              publication.etag(),
              content.extensions().get(i),
              publication.expires()));
    }
    return byKey(rows);
  }

  static Map<PaRow.Key, PaRow> byKey(final Collection<PaRow> rows) {
    final Map<PaRow.Key, PaRow> byKey = new LinkedHashMap<>();
    rows.forEach(r -> byKey.put(r.key(), r));
    return byKey;
  }

  private static PaRow contact(
      final String presentity, final Publication publication, final Tuple tuple) {
    return row(
        PaTable.CONTACT,
        presentity,
        tuple.id(),
        (long) tuple.basic().ordinal(),
        publication.expires(),
        tuple.priorityText(),
        tuple.contact(),
        publication.etag(),
        tuple.publishedId());
  }

  private static void addExtensions(
      final List<PaRow> rows,
      final String presentity,
      final String tuple,
      final List<String> elements,
      final long inStatus) {
    for (int i = 0; i < elements.size(); i++) {
      final String id = tuple + (inStatus == 1 ? ".s" : ".e") + i;
      rows.add(row(PaTable.TUPLE_EXTENSIONS, id, presentity, tuple, elements.get(i), inStatus));
    }
  }

  /**
   * A publication out of its rows, in the order in which they were inserted.
   *
   * @param id what it is called from now on
   */
  static Publication publication(
      final String id, final String etag, final long expires, final Collection<PaRow> rows) {
    final List<Tuple> tuples = new ArrayList<>();
    final List<Note> notes = new ArrayList<>();
    final List<String> extensions = new ArrayList<>();
    for (final PaRow row : rows) {
      switch (row.table()) {
        case CONTACT -> tuples.add(tuple(row, rows));
        case NOTES -> notes.add(new Note(row.text("note"), row.text("lang")));
        case EXTENSIONS -> extensions.add(row.text("element"));
        default -> {
          // belongs to a tuple, which has taken it
        }
      }
    }
    return new Publication(id, etag, expires, new Content(tuples, notes, extensions));
  }

  private static Tuple tuple(final PaRow contact, final Collection<PaRow> rows) {
    final String id = contact.text("tupleid");
    final List<Note> notes = new ArrayList<>();
    final List<String> statusExtensions = new ArrayList<>();
    final List<String> extensions = new ArrayList<>();
    for (final PaRow row : rows) {
      if (row.table() == PaTable.TUPLE_NOTES && row.text("tupleid").equals(id)) {
        notes.add(new Note(row.text("note"), row.text("lang")));
      } else if (row.table() == PaTable.TUPLE_EXTENSIONS && row.text("tupleid").equals(id)) {
        (row.number("status_extension") == 1 ? statusExtensions : extensions)
            .add(row.text("element"));
      }
    }
    return new Tuple(
        id,
        contact.text("published_id"),
        Basic.values()[(int) contact.number("basic")],
        contact.text("contact"),
        hundredths(contact.text("priority")),
        notes,
        statusExtensions,
        extensions);
  }

  private static int hundredths(final String priority) {
    return (int) Math.round(100 * Double.parseDouble(priority));
  }

  static PaRow watcher(final Watcher watcher) {
    final Watcher.Party party = watcher.party();
    return row(
        PaTable.WATCHERINFO,
        watcher.id(),
        party.uri(),
        party.displayName(),
        watcher.event().packageName(),
        (long) watcher.verdict().ordinal(),
        watcher.cause(),
        watcher.expires(),
        watcher.format().name(),
        watcher.presentity().id(),
        party.serverContact(),
        watcher.dialog().callId(),
        watcher.dialog().localTag(),
        watcher.dialog().remoteTag(),
        party.localUri(),
        party.remoteUri(),
        watcher.remoteTarget(),
        party.routeSet(),
        party.socket(),
        watcher.eventId(),
        watcher.localCseq(),
        watcher.remoteCseq(),
        (long) watcher.version());
  }

  /**
   * A watcher out of its row.
   *
   * @throws IllegalArgumentException when its columns hold what no watcher has
   */
  static Watcher watcher(final PaRow row, final Presentity presentity) {
    final PaEvent event =
        PaEvent.named(row.text("package"))
            .orElseThrow(() -> new IllegalArgumentException("package " + row.text("package")));
    final Watcher watcher =
        new Watcher(
            row.text("s_id"),
            presentity,
            event,
            row.text("event_id"),
            DocumentFormat.valueOf(row.text("accepts")),
            new DialogId(row.text("callid"), row.text("local_tag"), row.text("remote_tag")),
            new Watcher.Party(
                row.text("w_uri"),
                row.text("display_name"),
                row.text("local_uri"),
                row.text("remote_uri"),
                row.text("route_set"),
                row.text("server_contact"),
                row.text("socket")),
            verdict(row.number("status")));
    watcher.verdict(verdict(row.number("status")), row.text("event"));
    watcher.subscribed(row.number("remote_cseq"), row.text("remote_target"), row.number("expires"));
    watcher.count(row.number("local_cseq"), (int) row.number("doc_index"));
    return watcher;
  }

  private static Verdict verdict(final long number) {
    if (number < 0 || number >= Verdict.values().length) {
      throw new IllegalArgumentException("status " + number);
    }
    return Verdict.values()[(int) number];
  }

  static PaRow row(final PaTable table, final Object... values) {
    return new PaRow(table, List.of(values));
  }
}
