// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import java.util.function.Consumer;

/**
 * What a fault may cost: one call, one timer, one task, never the engine. Except when the virtual
 * machine itself is in trouble: then the engine ends and the keeper starts the next one.
 */
final class Faults {
  private Faults() {}

  static void contain(final Runnable body, final Consumer<Throwable> onFault) {
    try {
      body.run();
    } catch (final StackOverflowError e) {
      onFault.accept(e);
    } catch (final VirtualMachineError e) {
      throw e;
    } catch (final RuntimeException | Error e) {
      onFault.accept(e);
    }
  }
}
