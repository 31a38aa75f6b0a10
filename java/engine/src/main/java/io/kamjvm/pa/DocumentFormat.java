// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The document types that watchers can have (spec pa 1.6, 1.7). */
enum DocumentFormat {
  PIDF("application/pidf+xml;charset=\"UTF-8\"", "application/pidf+xml"),
  CPIM_PIDF("application/cpim-pidf+xml", "application/cpim-pidf+xml"),
  XPIDF("application/xpidf+xml;charset=\"UTF-8\"", "application/xpidf+xml"),
  LPIDF("text/lpidf", "text/lpidf", "application/lpidf+xml"),
  WATCHERINFO("application/watcherinfo+xml", "application/watcherinfo+xml"),
  XCAP_CHANGE("application/xcap-change+xml", "application/xcap-change+xml");

  private final String contentType;
  private final List<String> names;

  DocumentFormat(final String contentType, final String... names) {
    this.contentType = contentType;
    this.names = List.of(names);
  }

  /** The Content-Type of NOTIFYs that carry it. */
  String contentType() {
    return contentType;
  }

  /**
   * The first of a package's formats that the watcher takes; the first of all if it says nothing.
   */
  static Optional<DocumentFormat> choose(final PaEvent event, final List<String> accept) {
    final Set<String> wanted = new HashSet<>();
    for (final String line : accept) {
      for (final String entry : line.split(",", -1)) {
        final String type = mediaType(entry);
        if (!type.isEmpty()) {
          wanted.add(type);
        }
      }
    }
    if (wanted.isEmpty()) {
      return Optional.of(event.formats().get(0));
    }
    return event.formats().stream().filter(f -> f.isAmong(wanted)).findFirst();
  }

  /** Type and subtype of a Content-Type or an entry of Accept, in lower case. */
  static String mediaType(final String header) {
    final int semicolon = header.indexOf(';');
    return (semicolon < 0 ? header : header.substring(0, semicolon))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private boolean isAmong(final Set<String> wanted) {
    for (final String name : names) {
      if (wanted.contains(name)
          || wanted.contains("*/*")
          || wanted.contains(name.substring(0, name.indexOf('/')) + "/*")) {
        return true;
      }
    }
    return false;
  }
}
