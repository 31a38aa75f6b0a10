// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.util.List;
import java.util.Optional;

/**
 * What a rule takes out of a presence document. What it does not mention stays (spec event-packages
 * 2.13), so permissions that grant a whole kind are not kept here. Immutable.
 */
public final class Transformations {

  /** Everything may be seen. */
  public static final Transformations NONE = new Transformations(List.of());

  private final List<Transformation> all;
  private final Restrictions restrictions;

  public Transformations(final List<Transformation> all) {
    this.all = List.copyOf(all);
    this.restrictions = Restrictions.of(this.all);
  }

  /** One by one, as the rule has them. */
  public List<Transformation> all() {
    return all;
  }

  /** All together. */
  Restrictions restrictions() {
    return restrictions;
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof Transformations transformations && all.equals(transformations.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  /** Whether documents stay as they are. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** One restriction. */
  public sealed interface Transformation {}

  /** The parts that a document is made of. */
  public enum Part {
    TUPLE("tuple"),
    PERSON("person"),
    DEVICE("device");

    private final String element;

    Part(final String element) {
      this.element = element;
    }

    /** The name of its elements. */
    String element() {
      return element;
    }
  }

  /**
   * Of these parts only those that a selector names stay.
   *
   * @param selectors none: no part of the kind stays
   */
  public record Parts(Part part, List<Selector> selectors) implements Transformation {}

  /**
   * Elements of this name do not stay, wherever they are.
   *
   * @param name local name, compared ignoring case
   * @param namespace only in this one; empty: in all
   */
  public record Without(String name, Optional<String> namespace) implements Transformation {}

  /**
   * Of {@code user-input} its value stays, without attributes (RFC 5025 section 3.3.2.11).
   *
   * @param thresholds whether the idle threshold stays, too
   */
  public record UserInput(boolean thresholds) implements Transformation {}
}
