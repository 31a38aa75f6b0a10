// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.kamailio.ModuleContext;
import io.kamjvm.sip.SipUri;
import io.kamjvm.storage.PublicationRow;
import io.kamjvm.storage.Query;
import io.kamjvm.storage.TableReader;
import io.kamjvm.storage.TableReader.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a presentity's rows again. What has not changed since the last reading is not parsed again.
 * Engine thread only.
 */
final class DocumentTable {
  private static final Logger LOG = LoggerFactory.getLogger(DocumentTable.class);

  /** How rows name a presentity. */
  private record Name(String user, String domain) {}

  /** A row with its document, which is empty as long as it is not parsed. */
  private record Read(
      PublicationRow row, Optional<Publication> same, Optional<Document> document) {}

  private final ModuleContext context;
  private final TableReader reader;
  private final Publications publications;
  private final PackageCode code;
  private final DocumentOrder order;
  private final Set<String> complained = new LinkedHashSet<>();
  private boolean troubled;

  DocumentTable(
      final ModuleContext context,
      final TableReader reader,
      final Publications publications,
      final PackageCode code,
      final DocumentOrder order) {
    this.context = context;
    this.reader = reader;
    this.publications = publications;
    this.code = code;
    this.order = order;
  }

  /**
   * Makes a presentity's documents those that the table has. The caller holds the presentity's
   * queue until {@code done}, which is called in a later turn.
   *
   * @param done whether the table has answered; if not the documents are as they were
   */
  void read(final Presentity presentity, final Consumer<Boolean> done) {
    read(presentity, names(presentity).iterator(), new ArrayList<>(), done);
  }

  /** All spellings under which its rows may be found: several only where case does not matter. */
  private static Set<Name> names(final Presentity presentity) {
    final Set<Name> names = new LinkedHashSet<>();
    SipUri.parse(presentity.uri()).ifPresent(uri -> names.add(new Name(uri.user(), uri.host())));
    SipUri.parse(presentity.key().uri())
        .ifPresent(uri -> names.add(new Name(uri.user(), uri.host())));
    presentity.publications().stream()
        .map(Publication::row)
        .forEach(row -> names.add(new Name(row.user(), row.domain())));
    return names;
  }

  private void read(
      final Presentity presentity,
      final Iterator<Name> names,
      final List<PublicationRow> rows,
      final Consumer<Boolean> done) {
    if (!names.hasNext()) {
      install(presentity, rows, done);
      return;
    }
    final Name name = names.next();
    final boolean asked =
        reader.ask(
            new Query.PublicationsOf(name.user(), name.domain(), presentity.eventPackage().name()),
            result -> {
              if (result instanceof Result.Found<List<PublicationRow>> found) {
                troubled = false;
                rows.addAll(found.value());
                read(presentity, names, rows, done);
              } else if (result instanceof Result.Unavailable<List<PublicationRow>> unavailable) {
                complain(unavailable.why());
                done.accept(false);
              }
            });
    if (!asked) {
      complain("too many questions wait");
      context.engine().execute(() -> done.accept(false));
    }
  }

  /** Once, however many wait. */
  private void complain(final String why) {
    if (!troubled) {
      troubled = true;
      LOG.warn("documents can not be read: {}", why);
    }
  }

  private void install(
      final Presentity presentity, final List<PublicationRow> rows, final Consumer<Boolean> done) {
    final List<Read> read = rows.stream().map(row -> recognise(presentity, row)).toList();
    final int unparsed =
        read.stream()
            .filter(r -> r.document().isEmpty())
            .mapToInt(r -> r.row().body().length)
            .sum();
    if (presentity.ahead() && read.stream().anyMatch(r -> r.document().isEmpty())) {
      code.<List<Read>>callAway(
          presentity.eventPackage(),
          "parse",
          () -> read.stream().map(r -> parsed(presentity, r)).toList(),
          result -> {
            if (result instanceof PackageCode.Result.Made<List<Read>> made) {
              install(presentity, done, made.value());
            } else {
              done.accept(false);
            }
          });
      return;
    }
    if (unparsed <= PresenceLimits.SMALL_BODY_BYTES) {
      install(presentity, done, read.stream().map(r -> parsed(presentity, r)).toList());
      return;
    }
    try {
      context
          .background()
          .execute(
              () -> {
                final List<Read> all = read.stream().map(r -> parsed(presentity, r)).toList();
                context.engine().execute(() -> install(presentity, done, all));
              });
    } catch (final RejectedExecutionException e) {
      LOG.warn("too many large bodies wait to be parsed");
      context.engine().execute(() -> done.accept(false));
    }
  }

  private static Read recognise(final Presentity presentity, final PublicationRow row) {
    Optional<Document> document = Optional.empty();
    for (final Publication publication : presentity.publications()) {
      if (sameRow(publication.row(), row)) {
        return new Read(row, Optional.of(publication), Optional.of(publication.document()));
      }
      if (Arrays.equals(publication.row().body(), row.body())
          && (document.isEmpty() || publication.row().ruid().equals(row.ruid()))) {
        document = Optional.of(publication.document());
      }
    }
    return new Read(row, Optional.empty(), document);
  }

  /** Whether nothing about a document has changed. */
  static boolean sameRow(final PublicationRow one, final PublicationRow other) {
    return one.etag().equals(other.etag())
        && one.expires() == other.expires()
        && one.receivedTime() == other.receivedTime()
        && one.priority() == other.priority()
        && one.sender().equals(other.sender())
        && one.user().equals(other.user())
        && one.domain().equals(other.domain())
        && Arrays.equals(one.body(), other.body());
  }

  private static Read parsed(final Presentity presentity, final Read read) {
    if (read.document().isPresent()) {
      return read;
    }
    try {
      return new Read(
          read.row(),
          Optional.empty(),
          Optional.of(presentity.eventPackage().parse(read.row().body())));
    } catch (final UnacceptableBodyException e) {
      return read;
    } catch (final RuntimeException | StackOverflowError e) {
      LOG.error("package {} failed on a body", presentity.eventPackage().name(), e);
      return read;
    }
  }

  private void install(
      final Presentity presentity, final Consumer<Boolean> done, final List<Read> read) {
    final Map<String, Publication> now = new LinkedHashMap<>();
    for (final Read each : read) {
      if (each.document().isEmpty()) {
        complain(presentity, each.row());
      } else if (each.same().isPresent() && order.interpreted()) {
        now.put(each.row().etag(), each.same().get());
      } else {
        now.put(each.row().etag(), publications.newest(each.row(), each.document().get()));
      }
    }
    boolean installed = false;
    try {
      publications.install(presentity, List.copyOf(now.values()));
      installed = true;
    } catch (final RuntimeException | StackOverflowError e) {
      LOG.error("documents of {} could not be taken over", presentity.uri(), e);
    }
    done.accept(installed);
  }

  /** Once per document, as it is read again and again. */
  private void complain(final Presentity presentity, final PublicationRow row) {
    if (complained.size() >= PresenceLimits.COMPLAINTS) {
      complained.clear();
    }
    if (complained.add(row.etag())) {
      LOG.warn(
          "document {} of {} {} is left out: its package does not take the body",
          row.etag(),
          presentity.eventPackage().name(),
          presentity.uri());
    }
  }
}
