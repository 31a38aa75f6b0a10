// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import io.kamjvm.eventpackage.rules.Transformations.Part;
import io.kamjvm.eventpackage.rules.Transformations.Parts;
import io.kamjvm.eventpackage.rules.Transformations.Transformation;
import io.kamjvm.eventpackage.rules.Transformations.UserInput;
import io.kamjvm.eventpackage.rules.Transformations.Without;
import io.kamjvm.eventpackage.xml.XmlElement;
import io.kamjvm.eventpackage.xml.XmlNode;
import io.kamjvm.eventpackage.xml.XmlParser;
import io.kamjvm.eventpackage.xml.XmlRejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads rules documents (RFC 4745, RFC 5025, spec event-packages 2.12 and 2.13). Local names only
 * and ignoring case, as deployed servers read them. Thread-safe.
 */
public final class RulesetParser {

  /** Rules of a document; conditions of all its rules; what they take away; its selectors. */
  public static final int MOST = 256;

  private static final String PROVIDE = "provide-";

  private final XmlParser parser = new XmlParser();

  /**
   * Reads a document.
   *
   * @throws UnusableRulesException when it is not well-formed, over a limit of {@link XmlParser},
   *     has no {@code ruleset}, or more than {@link #MOST} of something
   */
  public Ruleset parse(final byte[] document) {
    final XmlElement ruleset;
    try {
      ruleset =
          parser
              .parse(document)
              .root()
              .find("ruleset")
              .orElseThrow(() -> new UnusableRulesException("a rules document without ruleset"));
    } catch (final XmlRejectedException e) {
      throw new UnusableRulesException("a rules document can not be read: " + e.getMessage());
    }
    final Map<Transformations, Transformations> known = new HashMap<>();
    final List<Rule> rules = new ArrayList<>();
    final List<XmlElement> elements = ruleset.children("rule");
    bound(elements.size(), "rules");
    for (final XmlElement rule : elements) {
      final Transformations transformations =
          first(rule, "transformations").map(RulesetParser::transformations).orElse(NONE);
      // one object for what is equal: views are shared by it
      known.putIfAbsent(transformations, transformations);
      rules.add(
          new Rule(
              rule.attribute("id").orElse(""),
              first(rule, "conditions").map(RulesetParser::conditions).orElse(List.of()),
              first(rule, "actions")
                  .flatMap(actions -> first(actions, "sub-handling"))
                  .map(handling -> Handling.of(handling.text()))
                  .orElse(Handling.CONFIRM),
              known.get(transformations)));
    }
    bound(rules.stream().mapToInt(r -> r.conditions().size()).sum(), "conditions");
    bound(rules.stream().mapToInt(r -> r.transformations().all().size()).sum(), "transformations");
    bound(rules.stream().mapToInt(RulesetParser::selectors).sum(), "selectors");
    return new Ruleset(List.copyOf(rules));
  }

  private static int selectors(final Rule rule) {
    return rule.transformations().all().stream()
        .mapToInt(t -> t instanceof Parts parts ? parts.selectors().size() : 0)
        .sum();
  }

  private static void bound(final int count, final String what) {
    if (count > MOST) {
      throw new UnusableRulesException("a rules document with more than " + MOST + " " + what);
    }
  }

  private static final Transformations NONE = Transformations.NONE;

  private static Optional<XmlElement> first(final XmlElement parent, final String name) {
    return elements(parent).filter(e -> e.named(name)).findFirst();
  }

  private static Stream<XmlElement> elements(final XmlElement parent) {
    final Stream<XmlNode> children = parent.children().stream();
    return children.filter(XmlElement.class::isInstance).map(XmlElement.class::cast);
  }

  private static List<Condition> conditions(final XmlElement conditions) {
    return elements(conditions).map(RulesetParser::condition).toList();
  }

  private static Condition condition(final XmlElement condition) {
    return switch (condition.localName().toLowerCase(Locale.ROOT)) {
      case "identity" -> Identities.read(condition);
      case "sphere" ->
          new Condition.Sphere(condition.attribute("value").orElse(condition.text()).strip());
      case "validity" -> new Condition.Validity(Periods.read(condition));
      default -> new Condition.Unknown(condition.localName());
    };
  }

  private static Transformations transformations(final XmlElement transformations) {
    final List<Transformation> all =
        elements(transformations)
            .map(RulesetParser::transformation)
            .flatMap(Optional::stream)
            .toList();
    return all.isEmpty() ? NONE : new Transformations(all);
  }

  /** What it takes away; empty when nothing. */
  private static Optional<Transformation> transformation(final XmlElement permission) {
    final String name = permission.localName().toLowerCase(Locale.ROOT);
    if (!name.startsWith(PROVIDE) || name.length() == PROVIDE.length()) {
      return Optional.empty();
    }
    final String what = name.substring(PROVIDE.length());
    if (what.equals("services")) {
      return parts(permission, Part.TUPLE, what);
    } else if (what.startsWith("person")) {
      return parts(permission, Part.PERSON, what);
    } else if (what.equals("devices")) {
      return parts(permission, Part.DEVICE, what);
    } else if (what.equals("all-attributes")) {
      return Optional.empty();
    } else if (what.equals("user-input")) {
      return userInput(permission);
    } else if (granted(permission)) {
      return Optional.empty();
    } else if (what.equals("unknown-attribute")) {
      return permission
          .attribute("name")
          .map(unknown -> new Without(unknown, permission.attribute("ns")));
    }
    return Optional.of(new Without(what, Optional.empty()));
  }

  private static Optional<Transformation> parts(
      final XmlElement permission, final Part part, final String what) {
    if (granted(permission) || elements(permission).anyMatch(e -> e.named("all-" + what))) {
      return Optional.empty();
    }
    return Optional.of(
        new Parts(part, elements(permission).map(Selector::of).flatMap(Optional::stream).toList()));
  }

  private static Optional<Transformation> userInput(final XmlElement permission) {
    return switch (permission.text().strip().toLowerCase(Locale.ROOT)) {
      case "full", "true", "1" -> Optional.empty();
      case "thresholds" -> Optional.of(new UserInput(true));
      case "bare" -> Optional.of(new UserInput(false));
      default -> Optional.of(new Without("user-input", Optional.empty()));
    };
  }

  private static boolean granted(final XmlElement permission) {
    final String text = permission.text().strip();
    return text.equalsIgnoreCase("true") || text.equals("1");
  }
}
