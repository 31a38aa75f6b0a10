// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.scene;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.PackageJar;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Publisher;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The package of the page about writing packages, as somebody who reads it would try it. */
@DisabledIfSystemProperty(named = "kamjvm.modules", matches = "stock")
class ExamplePackageTest {
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path HOME = directory();

  @RegisterExtension static final Scene SCENE = Scene.inMemory(ExamplePackageTest::configure);

  private static Path directory() {
    try {
      return Files.createTempDirectory("kamdoor");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KamailioConfig configure(final KamailioConfig config) {
    try {
      final Matcher code =
          CODE.matcher(
              Files.readString(ModuleSet.root().resolve("docs/writing-an-event-package.md")));
      assertThat(code.find()).isTrue();
      PackageJar.makeOf(
          code.group(1),
          HOME.resolve("door.jar"),
          "DoorPackage.java",
          List.of("example.DoorPackage"));
      return config.presence("package_dir", HOME.toString());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void remove() {
    PackageJar.remove(HOME);
  }

  private static Publisher sensor(final String door) {
    return SCENE.peer().publisher(door).event("door", "text/plain");
  }

  @Test
  @DisplayName("a door with two sensors is open until both have closed")
  void door() {
    final String door = someone("door");
    final Watch watch = SCENE.peer().watch(someone("bo"), door).event("door");
    assertThat(watch.start().body()).isEqualTo("closed");
    final Publisher one = sensor(door);
    one.publish("open\n");
    assertThat(watch.next().body()).isEqualTo("open");
    final Publisher two = sensor(door);
    two.publish("open");
    assertThat(watch.next().body()).isEqualTo("open");
    one.publish("closed");
    assertThat(watch.next().body()).isEqualTo("open");
    two.remove();
    assertThat(watch.next().body()).isEqualTo("closed");
  }

  @Test
  @DisplayName("what is no word of the package's gets its 415")
  void refused() {
    assertThat(sensor(someone("door")).publish("ajar", 600).startLine())
        .isEqualTo("SIP/2.0 415 Unsupported media type");
  }
}
