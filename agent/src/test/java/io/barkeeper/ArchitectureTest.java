package io.barkeeper;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;

/** The walls between packages, as ARCHITECTURE.md describes them. */
@AnalyzeClasses(packages = "io.barkeeper", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** A package uses only those before it in this list. */
    private static final List<String> ORDER = List.of(
            "pci",
            "kernel",
            "policy",
            "diagnosis",
            "plan",
            "snapshot",
            "machine",
            "journal",
            "transaction",
            "hotplug",
            "metrics",
            "config",
            "control",
            "daemon",
            "cli");

    private static final String[] PURE = {
        inside("pci"), inside("kernel"), inside("policy"), inside("diagnosis"), inside("plan"), inside("snapshot")
    };

    private static String inside(String name) {
        return "io.barkeeper." + name + "..";
    }

    @ArchTest
    static void a_package_uses_only_those_above_it(JavaClasses all) {
        for (int i = 0; i < ORDER.size(); i++) {
            String[] later = ORDER.subList(i + 1, ORDER.size()).stream()
                    .map(ArchitectureTest::inside)
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(inside(ORDER.get(i)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .allowEmptyShould(true)
                        .check(all);
            }
        }
    }

    @ArchTest
    static final ArchRule no_cycles =
            slices().matching("io.barkeeper.(*)..").should().beFreeOfCycles();

    /** Reading from a text in memory is no input, although the types for it live in java.io. */
    @ArchTest
    static final ArchRule the_core_does_no_input_or_output = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.io..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.lang.reflect..",
                            "java.util.concurrent..",
                            "org.slf4j..",
                            "java.util.logging..",
                            "io.micrometer..",
                            "io.barkeeper.nativeshim..")
                    .and(not(belongToAnyOf(StringReader.class, Reader.class, IOException.class))))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule the_core_reads_no_clock = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(java.time.Clock.class, java.time.Instant.class, java.time.ZonedDateTime.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_shim_calls_native_code = noClasses()
            .that()
            .resideOutsideOfPackage(inside("nativeshim"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.sun.jna..", "jnr..");

    @ArchTest
    static final ArchRule the_command_line_writes_to_no_machine = noClasses()
            .that()
            .resideInAPackage(inside("cli"))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.barkeeper.machine.sysfs.SysfsMachine")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_composition_root_knows_the_adapters = classes()
            .that()
            .resideInAnyPackage(inside("machine.sysfs"), inside("machine.simulated"))
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(inside("machine.sysfs"), inside("machine.simulated"), inside("daemon"), inside("cli"))
            .allowEmptyShould(true);
}
