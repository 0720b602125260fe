package dev.holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which package of the core stands on which. */
class PackageArrowsTest {

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.holdfast");

  @Test
  void arrowsPointDownward() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.holdfast..")
        .layer("local")
        .definedBy("dev.holdfast.local")
        .layer("engine")
        .definedBy("dev.holdfast")
        .layer("save")
        .definedBy("dev.holdfast.save")
        .layer("codec")
        .definedBy("dev.holdfast.codec")
        .layer("store")
        .definedBy("dev.holdfast.store")
        .layer("time")
        .definedBy("dev.holdfast.time")
        .whereLayer("local")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("local")
        .whereLayer("save")
        .mayOnlyBeAccessedByLayers("engine", "local")
        .whereLayer("codec")
        .mayOnlyBeAccessedByLayers("engine", "local")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("engine", "save", "local")
        .whereLayer("time")
        .mayOnlyBeAccessedByLayers("engine", "save", "local")
        .check(CORE);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.holdfast.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void onlyTheCodecAndTheEnvelopeKnowTheJsonLibrary() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.holdfast.store..", "dev.holdfast.save..", "dev.holdfast.time..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("tools.jackson..")
        .check(CORE);
  }

  @Test
  void theEngineStaysPackagePrivate() {
    classes()
        .that()
        .haveSimpleName("Instance")
        .or()
        .haveSimpleName("Turn")
        .or()
        .haveSimpleName("Mailbox")
        .or()
        .haveSimpleName("Engine")
        .or()
        .haveSimpleName("KeySwitch")
        .or()
        .haveSimpleName("Binding")
        .or()
        .haveSimpleName("SessionRegistry")
        .should()
        .bePackagePrivate()
        .check(CORE);
  }
}
