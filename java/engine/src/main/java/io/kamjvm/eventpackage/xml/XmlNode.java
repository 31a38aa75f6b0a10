// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

/** A node of a parsed document. Immutable. */
public sealed interface XmlNode permits XmlElement, XmlNode.Text, XmlNode.Comment {

  /** Character data, references resolved. */
  record Text(String value) implements XmlNode {}

  /** A comment. */
  record Comment(String value) implements XmlNode {}
}
