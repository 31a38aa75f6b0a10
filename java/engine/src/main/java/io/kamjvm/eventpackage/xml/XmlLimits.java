// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

/**
 * How much of everything a published document may have. Far above what phones send, and low enough
 * that nobody's document costs noticeable time or memory.
 */
public final class XmlLimits {
  private XmlLimits() {}

  /** Bytes of a document. */
  public static final int BYTES = 65_535;

  /** Elements within elements. */
  public static final int DEPTH = 32;

  /** Elements of a document. */
  public static final int ELEMENTS = 4_096;

  /** Attributes and namespace declarations of one element. */
  public static final int ATTRIBUTES = 64;

  /** Namespace declarations of a document. */
  public static final int NAMESPACES = 256;

  /** Characters of a name, its prefix with it. */
  public static final int NAME = 256;

  /** Characters of a namespace. */
  public static final int NAMESPACE = 512;

  /** Bytes of the namespace declarations that a document's elements need when they are merged. */
  public static final int ADDED = 65_536;

  /** Characters of an attribute's value. */
  public static final int VALUE = 8_192;

  /** Characters of one text or comment. */
  public static final int TEXT = 65_000;
}
