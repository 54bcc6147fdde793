package io.finward.appliance.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;

/** Which part may know which. CONTRIBUTING.md says why. */
@AnalyzeClasses(packages = "io.finward", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {
  @ArchTest
  static final ArchRule MODULES_DEPEND_ONE_WAY =
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
          .mayOnlyBeAccessedByLayers("appliance", "proxy-core", "conntrack", "nat");

  @ArchTest
  static final ArchRule ONE_CLASS_CALLS_LIBC =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.finward.linux.libc")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Linker.class);

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.finward.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_CONFIG_KNOWS_TYPESAFE_CONFIG =
      onlyIn("io.finward.appliance.config..", "com.typesafe.config..");

  @ArchTest
  static final ArchRule ONLY_METRICS_KNOWS_DROPWIZARD =
      onlyIn("io.finward.appliance.metrics..", "com.codahale.metrics..");

  @ArchTest
  static final ArchRule ONLY_COMMANDS_KNOW_PICOCLI =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.finward.appliance.command..", "io.finward.appliance.lab..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule ONLY_TEXT_AND_ADMIN_KNOW_JACKSON =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.finward.appliance.text..", "io.finward.appliance.admin..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson..");

  private static ArchRule onlyIn(String ours, String theirs) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(ours)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(theirs);
  }
}
