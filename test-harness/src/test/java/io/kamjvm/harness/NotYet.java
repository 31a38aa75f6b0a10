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
 * Marks what the stock modules do and ours lack so far; it runs with the stock modules only. The
 * value says what is missing.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NotYet.Condition.class)
public @interface NotYet {
  /** What our modules lack. */
  String value();

  /** Skips the case when our modules are under test. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(final ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), NotYet.class)
          .filter(missing -> ModuleSet.selected() == ModuleSet.OURS)
          .map(missing -> ConditionEvaluationResult.disabled("not yet: " + missing.value()))
          .orElse(ConditionEvaluationResult.enabled("stock"));
    }
  }
}
