// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.cases;

import io.kamjvm.harness.cases.TestResult.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the reports that the tests of all parts of the project left behind. */
final class TestReports {
  private static final List<String> FOLDERS = List.of("java/api", "java/engine", "test-harness");

  private final Path root;

  /**
   * @param root the project's folder
   */
  TestReports(final Path root) {
    this.root = root;
  }

  /**
   * All results of the last runs.
   *
   * @throws IOException when a report can not be read; the message names it
   */
  List<TestResult> read() throws IOException {
    final List<TestResult> results = new ArrayList<>();
    for (final String folder : FOLDERS) {
      final Path reports = root.resolve(folder).resolve("target/surefire-reports");
      if (Files.isDirectory(reports)) {
        readFolder(reports, results);
      }
    }
    return results;
  }

  private static void readFolder(final Path folder, final List<TestResult> into)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (final Path file :
          files
              .filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
              .sorted()
              .toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          readReport(in, into);
        } catch (final XMLStreamException e) {
          throw new IOException(file + ": " + e.getMessage(), e);
        }
      }
    }
  }

  static void readReport(final InputStream in, final List<TestResult> into)
      throws XMLStreamException {
    final XMLInputFactory factory = XMLInputFactory.newInstance();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    final XMLStreamReader reader = factory.createXMLStreamReader(in);
    TestResult open = new TestResult("", "", Verdict.PASSED);
    while (reader.hasNext()) {
      final int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (reader.getLocalName()) {
          case "testcase" ->
              open =
                  new TestResult(
                      attribute(reader, "name"), attribute(reader, "classname"), Verdict.PASSED);
          case "failure", "error" ->
              open = new TestResult(open.name(), open.where(), Verdict.FAILED);
          case "skipped" -> open = new TestResult(open.name(), open.where(), Verdict.SKIPPED);
          default -> {}
        }
      } else if (event == XMLStreamConstants.END_ELEMENT
          && reader.getLocalName().equals("testcase")) {
        into.add(open);
      }
    }
  }

  private static String attribute(final XMLStreamReader reader, final String name) {
    final String value = reader.getAttributeValue(null, name);
    return value == null ? "" : value;
  }
}
