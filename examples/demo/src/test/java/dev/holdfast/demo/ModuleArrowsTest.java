package dev.holdfast.demo;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which part stands on which: a store knows the core only, and nobody knows the examples. */
final class ModuleArrowsTest {

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.holdfast");

  @Test
  void arrowsPointToTheCore() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.holdfast..")
        .layer("demo")
        .definedBy("dev.holdfast.demo..")
        .layer("server")
        .definedBy("dev.holdfast.server..")
        .layer("sqlite")
        .definedBy("dev.holdfast.sqlite..")
        .layer("test kit")
        .definedBy("dev.holdfast.test..")
        .layer("core")
        .definedBy(
            "dev.holdfast",
            "dev.holdfast.codec..",
            "dev.holdfast.local..",
            "dev.holdfast.save..",
            "dev.holdfast.store..",
            "dev.holdfast.time..")
        .whereLayer("demo")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("server")
        .mayOnlyBeAccessedByLayers("demo")
        .whereLayer("sqlite")
        .mayOnlyBeAccessedByLayers("demo")
        .whereLayer("test kit")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("core")
        .mayOnlyBeAccessedByLayers("demo", "server", "sqlite", "test kit")
        .check(ALL);
  }
}
