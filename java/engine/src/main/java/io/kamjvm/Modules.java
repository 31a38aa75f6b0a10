// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.KamailioModule;
import io.kamjvm.kamailio.ModuleContext;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Which class stands behind which {@code loadmodule}. */
final class Modules {
  private final Map<String, Function<ModuleContext, KamailioModule>> makers;

  Modules(final Map<String, Function<ModuleContext, KamailioModule>> makers) {
    this.makers = Map.copyOf(makers);
  }

  /** Those of this build. */
  static Modules standard() {
    return new Modules(Map.of());
  }

  /** The Java side of a module; empty when there is none. */
  Optional<KamailioModule> make(final String name, final ModuleContext context) {
    return Optional.ofNullable(makers.get(name)).map(maker -> maker.apply(context));
  }
}
