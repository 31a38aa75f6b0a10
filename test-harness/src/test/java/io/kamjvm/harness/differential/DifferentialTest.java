// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.ModuleSet;
import io.kamjvm.harness.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every scenario against the stock modules and against ours, one test a scenario and database. All
 * of them begin to be played when the class begins; the tests wait for the results.
 *
 * <p>{@code -Dkamjvm.scenario=publish|winfo} plays only files in whose names that is found; {@code
 * -Dkamjvm.modules=stock} compares stock with itself, which shows whether a scenario's transcript
 * is the same every time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialTest {
  private final ScenarioFiles files = new ScenarioFiles();
  private final Play play = new Play();

  /** Begins before the first test, ends after the last. */
  private final class Play implements BeforeAllCallback, AfterAllCallback {
    private DifferentialRun run;

    @Override
    public void beforeAll(final org.junit.jupiter.api.extension.ExtensionContext context) {
      Scene.requireModules();
      run =
          DifferentialRun.start(
              files.scenarios(System.getProperty("kamjvm.scenario", "")),
              files,
              Scene.postgres(context));
    }

    @Override
    public void afterAll(final org.junit.jupiter.api.extension.ExtensionContext context) {
      run.close();
    }
  }

  @RegisterExtension final Play registered = play;

  @TestFactory
  Stream<DynamicTest> scenarios() {
    return play.run.played().stream()
        .map(
            played ->
                DynamicTest.dynamicTest(
                    played.title(), played.source(), () -> check(played.problems().get())));
  }

  private static void check(final List<String> problems) {
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("\n", problems));
    }
  }

  @Test
  @DisplayName("what scenarios declare to deviate is told on the compatibility page")
  void documented() throws IOException {
    final String page = Files.readString(ModuleSet.root().resolve("docs/compatibility.md"));
    final List<String> missing =
        files.scenarios("").stream()
            .flatMap(
                located ->
                    located
                        .scenario()
                        .allDeviations()
                        .filter(deviation -> !deviation.isDocumented(page))
                        .map(each -> located.scenario().file() + ":" + each.line()))
            .toList();
    assertThat(missing).isEmpty();
  }
}
