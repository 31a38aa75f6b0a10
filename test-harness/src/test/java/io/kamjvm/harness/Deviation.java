// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Marks a case whose required result the stock modules do not give on purpose; it runs with ours
 * only. The value says what stock does instead.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Deviation.Condition.class)
public @interface Deviation {
  /** What the stock modules do. */
  String value();

  /** Skips the case when the stock modules are under test. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(final ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), Deviation.class)
          .filter(deviation -> ModuleSet.selected() == ModuleSet.STOCK)
          .map(deviation -> ConditionEvaluationResult.disabled("stock: " + deviation.value()))
          .orElse(ConditionEvaluationResult.enabled("ours"));
    }
  }
}
