// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.presence.EventPackages;
import io.kamjvm.sip.EventHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageJarsTest {
  private static final String SERVICE = "META-INF/services/" + EventPackage.class.getName();

  @TempDir private Path temporary;
  private final EventPackages packages = new EventPackages();

  private static String source(final String type, final String body) {
    return "package sample; import io.kamjvm.eventpackage.*; public class "
        + type
        + " implements EventPackage { "
        + body
        + " }";
  }

  private static String named(final String type, final String name) {
    return source(
        type,
        "public String name() { return \""
            + name
            + "\"; } public String contentType() { return \"text/plain\"; }");
  }

  private void jar(final String file, final String services, final Map<String, String> sources)
      throws IOException {
    final Path work = Files.createDirectories(temporary.resolve("work-" + file));
    for (final Map.Entry<String, String> each : sources.entrySet()) {
      final Path java = work.resolve(each.getKey() + ".java");
      Files.writeString(java, each.getValue());
      final int status =
          ToolProvider.getSystemJavaCompiler()
              .run(
                  null,
                  null,
                  null,
                  "-proc:none",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "-d",
                  work.toString(),
                  java.toString());
      assertThat(status).isZero();
    }
    final Path directory = Files.createDirectories(temporary.resolve("packages"));
    try (OutputStream out = Files.newOutputStream(directory.resolve(file));
        JarOutputStream jar = new JarOutputStream(out)) {
      for (final String type : sources.keySet()) {
        jar.putNextEntry(new JarEntry("sample/" + type + ".class"));
        jar.write(Files.readAllBytes(work.resolve("sample/" + type + ".class")));
      }
      jar.putNextEntry(new JarEntry(SERVICE));
      jar.write(services.getBytes(StandardCharsets.UTF_8));
    }
  }

  private List<String> load() {
    new PackageJars(packages).load(temporary.resolve("packages"), true);
    return List.of(packages.allowEvents().substring("Allow-Events: ".length()).split(", "));
  }

  private boolean has(final String name) {
    return packages.find(new EventHeader(name, List.of())).isPresent();
  }

  @Test
  @DisplayName("jars are loaded in the order of their names, each package under its own")
  void loads() throws IOException {
    jar("b.jar", "sample.B\nsample.C\n", Map.of("B", named("B", "bee"), "C", named("C", "sea")));
    jar("a.jar", "sample.A\n", Map.of("A", named("A", "ay")));
    assertThat(load()).containsExactly("sea", "bee", "ay");
  }

  @Test
  @DisplayName("what can not be used costs nobody else his place")
  void bad() throws IOException {
    jar("a.jar", "sample.Missing\nsample.A\n", Map.of("A", named("A", "first")));
    jar("b.jar", "sample.B\n", Map.of("B", named("B", "first")));
    jar(
        "c.jar",
        "sample.C\n",
        Map.of(
            "C",
            source(
                "C",
                "public C() { throw new Error(\"on purpose\"); } public String name() { return"
                    + " \"c\"; } public String contentType() { return \"a/b\"; }")));
    jar("d.jar", "", Map.of());
    Files.writeString(temporary.resolve("packages/e.jar"), "this is no jar");
    Files.writeString(temporary.resolve("packages/readme.txt"), "nor is this");
    jar(
        "f.jar",
        "sample.F\n",
        Map.of(
            "F",
            source(
                "F",
                "public String name() { return null; } public String contentType() { return"
                    + " \"a/b\"; }")));
    jar("g.jar", "sample.G\n", Map.of("G", named("G", "last")));
    assertThat(load()).containsExactly("last", "first");
  }

  @Test
  @DisplayName("a package whose constructor hangs is given up")
  void hanging() throws IOException {
    jar(
        "a.jar",
        "sample.A\n",
        Map.of(
            "A",
            source(
                "A",
                "public A() throws Exception { Thread.sleep(600000); } public String name() {"
                    + " return \"a\"; } public String contentType() { return \"a/b\"; }")));
    new PackageJars(packages, 100).load(temporary.resolve("packages"), true);
    assertThat(packages.allowEvents()).isEqualTo("Allow-Events: ");
  }

  @Test
  @DisplayName("a package sees the interface and not the engine or its libraries")
  void walls() throws IOException {
    jar(
        "a.jar",
        "sample.A\n",
        Map.of(
            "A",
            source(
                "A",
                "public String name() { String n = \"\"; for (String t : new String[] {"
                    + "\"io.kamjvm.sip.SipUri\", \"org.slf4j.Logger\", \"io.kamjvm.Engine\","
                    + " \"io.kamjvm.eventpackage.xml.XmlParser\","
                    + " \"org.agrona.DirectBuffer\", \"java.sql.Connection\"}) { try {"
                    + " Class.forName(t); n += \"1\"; } catch (ClassNotFoundException e) {"
                    + " n += \"0\"; } } return \"p\" + n; }"
                    + " public String contentType() { return \"a/b\"; }")));
    assertThat(load()).containsExactly("p110001");
    assertThat(has("p110001")).isTrue();
  }

  @Test
  @DisplayName("a directory that is not there is no reason not to start")
  void noDirectory() {
    new PackageJars(packages).load(temporary.resolve("nowhere"), true);
    assertThat(packages.allowEvents()).isEqualTo("Allow-Events: ");
    assertThat(PackageJars.besideEngine().getFileName()).hasToString("packages");
  }
}
