// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of the house. */
@AnalyzeClasses(packages = "io.kamjvm", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
  private static final DescribedPredicate<JavaClass> OURS =
      JavaClass.Predicates.resideInAPackage("io.kamjvm..");

  @ArchTest static final ArchRule BRIDGE_KNOWS_BYTES = seesOnly("io.kamjvm.bridge..");

  @ArchTest static final ArchRule SIP_STANDS_ALONE = seesOnly("io.kamjvm.sip..");

  @ArchTest static final ArchRule TIME_STANDS_ALONE = seesOnly("io.kamjvm.time..");

  @ArchTest static final ArchRule OPS_STANDS_ALONE = seesOnly("io.kamjvm.ops..");

  @ArchTest
  static final ArchRule KAMAILIO_IS_INTERFACES =
      seesOnly("io.kamjvm.kamailio..", "io.kamjvm.sip..", "io.kamjvm.time..");

  @ArchTest
  static final ArchRule LINK_JOINS_KAMAILIO_AND_BRIDGE =
      seesOnly(
          "io.kamjvm.link..",
          "io.kamjvm.bridge..",
          "io.kamjvm.kamailio..",
          "io.kamjvm.sip..",
          "io.kamjvm.time..");

  @ArchTest
  static final ArchRule STORAGE_INTERFACES_KNOW_NO_JDBC =
      noClasses()
          .that()
          .resideInAPackage("io.kamjvm.storage")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.kamjvm.storage.jdbc..", "java.sql..", "javax.sql..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule DOMAIN_KNOWS_NEITHER_BRIDGE_NOR_JDBC =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.kamjvm.presence..",
              "io.kamjvm.eventpackage..",
              "io.kamjvm.pua..",
              "io.kamjvm.mififo..",
              "io.kamjvm.puami..",
              "io.kamjvm.puarpc..",
              "io.kamjvm.puareginfo..",
              "io.kamjvm.puausrloc..",
              "io.kamjvm.dfks..",
              "io.kamjvm.b2b..",
              "io.kamjvm.pa..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.kamjvm",
              "io.kamjvm.bridge..",
              "io.kamjvm.link..",
              "io.kamjvm.storage.jdbc..",
              "java.sql..",
              "javax.sql..",
              "org.agrona..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule PUA_AND_PRESENCE_ARE_STRANGERS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.kamjvm.pua..",
              "io.kamjvm.mififo..",
              "io.kamjvm.puami..",
              "io.kamjvm.puarpc..",
              "io.kamjvm.puareginfo..",
              "io.kamjvm.puausrloc..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.kamjvm.presence..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule PRESENCE_DOES_NOT_KNOW_PUA =
      noClasses()
          .that()
          .resideInAPackage("io.kamjvm.presence..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.kamjvm.pua..", "io.kamjvm.puarpc..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule AGRONA_STAYS_BEHIND_THE_BRIDGE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.kamjvm.bridge..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.agrona..");

  @ArchTest
  static final ArchRule ONLY_THE_WIRING_KNOWS_THE_LINK =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.kamjvm", "io.kamjvm.link..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.kamjvm.link..");

  private static ArchRule seesOnly(final String from, final String... others) {
    final DescribedPredicate<JavaClass> allowed =
        JavaClass.Predicates.resideInAPackage(from)
            .or(JavaClass.Predicates.resideInAnyPackage(others))
            .or(DescribedPredicate.not(OURS));
    return classes()
        .that()
        .resideInAPackage(from)
        .should()
        .onlyDependOnClassesThat(allowed)
        .allowEmptyShould(true);
  }
}
