// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

import io.kamjvm.storage.Query;
import io.kamjvm.storage.StorageException;
import io.kamjvm.storage.TableReader.Result;
import io.kamjvm.storage.XcapDocuments;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** An {@code xcap} table with readers of its own, which keep the deadline. */
final class JdbcXcapDocuments implements XcapDocuments {
  private final Target target;
  private final Readers readers;

  /**
   * @param readers must answer on threads of their own
   */
  JdbcXcapDocuments(final Target target, final Readers readers) {
    this.target = target;
    this.readers = readers;
  }

  @Override
  public Optional<byte[]> ofUser(final int type, final String user, final String domain)
      throws StorageException {
    return ask(new Query.XcapDocumentOf(type, user, domain));
  }

  @Override
  public Optional<byte[]> at(final int type, final String uri) throws StorageException {
    return ask(new Query.XcapDocumentAt(type, uri));
  }

  private <T> T ask(final Query<T> query) throws StorageException {
    final CompletableFuture<Result<T>> answer = new CompletableFuture<>();
    if (!readers.ask(query, answer::complete)) {
      throw new StorageException(target + ": too many questions wait");
    }
    try {
      final Result<T> result = answer.get();
      if (result instanceof Result.Found<T> found) {
        return found.value();
      }
      throw new StorageException(target + ": " + ((Result.Unavailable<T>) result).why());
    } catch (final ExecutionException e) {
      throw new StorageException(target + ": no answer", e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(target + ": nobody waits for the answer any more", e);
    }
  }

  @Override
  public void close() {
    readers.close();
  }
}
