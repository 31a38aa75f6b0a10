// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A presence document, read. Text comes from strangers. Immutable.
 *
 * @param entity whom it is about, as the document says; empty string if it says nothing
 * @param extensions other elements beside the tuples, as XML
 * @param mimeType as it came
 * @param original the bytes as they came; {@link #bytes} copies them
 */
public record PresenceDoc(
    String entity,
    List<Tuple> tuples,
    List<Note> notes,
    List<String> extensions,
    String mimeType,
    Original original) {

  public PresenceDoc {
    tuples = List.copyOf(tuples);
    notes = List.copyOf(notes);
    extensions = List.copyOf(extensions);
  }

  /** A document that nobody has read. */
  public static PresenceDoc raw(final String mimeType, final byte[] bytes) {
    return new PresenceDoc(
        "", List.of(), List.of(), List.of(), mimeType, new Original(bytes.clone()));
  }

  /** The bytes as they came; the caller's own copy. */
  public byte[] bytes() {
    return original.bytes.clone();
  }

  /** Open if a tuple is, else closed if one is; empty if none says. */
  public Optional<Basic> basic() {
    if (tuples.stream().anyMatch(t -> t.basic().equals(Optional.of(Basic.OPEN)))) {
      return Optional.of(Basic.OPEN);
    }
    return tuples.stream().anyMatch(t -> t.basic().isPresent())
        ? Optional.of(Basic.CLOSED)
        : Optional.empty();
  }

  /** RFC 3863's basic status. */
  public enum Basic {
    OPEN,
    CLOSED
  }

  /**
   * One element of state.
   *
   * @param basic empty when the tuple does not say, or says something else
   * @param contact empty string if none
   * @param priority 0 to 1
   * @param extensions other elements of the tuple and of its status, as XML
   */
  public record Tuple(
      String id,
      Optional<Basic> basic,
      String contact,
      OptionalDouble priority,
      List<Note> notes,
      List<String> extensions) {

    public Tuple {
      notes = List.copyOf(notes);
      extensions = List.copyOf(extensions);
    }
  }

  /** A text for people; {@code language} as in {@code xml:lang}. */
  public record Note(Optional<String> language, String text) {}

  /** Bytes that compare by content and can not be changed. */
  public static final class Original {
    private final byte[] bytes;

    /** Keeps the array: whoever made it must not write to it any more. */
    public Original(final byte[] bytes) {
      this.bytes = bytes;
    }

    /** Their number. */
    public int length() {
      return bytes.length;
    }

    @Override
    public boolean equals(final Object other) {
      return other instanceof Original o && java.util.Arrays.equals(bytes, o.bytes);
    }

    @Override
    public int hashCode() {
      return java.util.Arrays.hashCode(bytes);
    }
  }
}
