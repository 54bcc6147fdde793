package io.finward.appliance.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which part may know which. CONTRIBUTING.md says why. */
class LayeringTest {
  // Plain tests and not ArchUnit's own engine, whose rules Surefire counts as no tests: a rule that
  // is not run would not be missed.
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.finward");

  @Test
  void seesEveryModule() {
    for (String module : List.of("linux", "proxy", "conntrack", "nat", "appliance")) {
      assertThat(CLASSES.stream())
          .anyMatch(one -> one.getPackageName().startsWith("io.finward." + module + "."));
    }
  }

  @Test
  void modulesDependOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.finward..")
        .layer("appliance")
        .definedBy("io.finward.appliance..")
        .layer("proxy-core")
        .definedBy("io.finward.proxy..")
        .layer("conntrack")
        .definedBy("io.finward.conntrack..")
        .layer("nat")
        .definedBy("io.finward.nat..")
        .layer("linux")
        .definedBy("io.finward.linux..")
        .whereLayer("appliance")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("proxy-core")
        .mayOnlyBeAccessedByLayers("appliance")
        .whereLayer("conntrack")
        .mayOnlyBeAccessedByLayers("appliance")
        .whereLayer("nat")
        .mayOnlyBeAccessedByLayers("appliance")
        .whereLayer("linux")
        .mayOnlyBeAccessedByLayers("appliance", "proxy-core", "conntrack", "nat")
        .check(CLASSES);
  }

  @Test
  void onePackageCallsLibc() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.finward.linux.libc")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.finward.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyConfigKnowsTypesafeConfig() {
    onlyIn("io.finward.appliance.config..", "com.typesafe.config..").check(CLASSES);
  }

  @Test
  void onlyMetricsKnowsDropwizard() {
    onlyIn("io.finward.appliance.metrics..", "com.codahale.metrics..").check(CLASSES);
  }

  @Test
  void onlyCommandsKnowPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.finward.appliance.command..", "io.finward.appliance.lab..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void onlyTextAndAdminKnowJackson() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.finward.appliance.text..", "io.finward.appliance.admin..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml.jackson..")
        .check(CLASSES);
  }

  private static ArchRule onlyIn(String ours, String theirs) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(ours)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(theirs);
  }
}
