package dev.quark.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The house's rules, each with its reason. docs/architecture.md draws the picture that they hold. */
class ArchitectureTest {

    private static final List<String> FEATURES = List.of(
            "problem",
            "secret",
            "source",
            "environment",
            "event",
            "identity",
            "codehost",
            "config",
            "log",
            "requestlog",
            "process",
            "service",
            "deployment",
            "result",
            "check",
            "metrics",
            "webhook");

    private static final JavaClasses QUARK = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // Modules' tests come as folders from the compiler and as jars once they are packaged.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.quark");

    /** What is checked; {@link WrongArchitectureTest} puts classes here that break the rules. */
    JavaClasses checked = QUARK;

    @ParameterizedTest
    @ValueSource(strings = {"core", "persistence", "github", "runner", "http", "app"})
    void noRuleIsAboutNothing(String module) {
        assertFalse(
                QUARK.that(resideInAPackage("dev.quark." + module + "..")).isEmpty(),
                "a rule about a package that isn't there passes silently");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "problem",
                "secret",
                "source",
                "environment",
                "identity",
                "codehost",
                "config",
                "event",
                "log",
                "requestlog",
                "process",
                "service",
                "deployment",
                "result",
                "check",
                "metrics",
                "webhook"
            })
    void everyFeatureIsThere(String feature) {
        assertFalse(QUARK.that(resideInAPackage("dev.quark.core." + feature)).isEmpty());
    }

    @Test
    void coreIsPure() {
        noClasses()
                .that()
                .resideInAPackage("dev.quark.core..")
                .should()
                .dependOnClassesThat(DescribedPredicate.not(
                        resideInAnyPackage("dev.quark.core..", "java..", "javax.crypto..", "org.jspecify..")))
                .because("others embed the core with adapters of their choice")
                .check(checked);
    }

    @Test
    void coreDoesNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.quark.core..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..", "java.sql..", "java.nio.channels..", "java.lang.foreign..")
                        .or(JavaClass.Predicates.type(java.nio.file.Files.class))
                        .or(JavaClass.Predicates.type(java.io.File.class))
                        .or(JavaClass.Predicates.type(ProcessBuilder.class))
                        .and(DescribedPredicate.not(JavaClass.Predicates.type(java.net.URI.class)))
                        .and(DescribedPredicate.not(JavaClass.Predicates.type(java.net.URISyntaxException.class))))
                .because("what touches the world is behind a port")
                .check(checked);
    }

    @Test
    void coreHasNoClockAndNoChanceOfItsOwn() {
        noClasses()
                .that()
                .resideInAPackage("dev.quark.core..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .because("time and ids are injected, so that tests and embedders decide on them")
                .check(checked);
    }

    @Test
    void featuresImportInOneDirection() {
        for (int i = 0; i < FEATURES.size(); i++) {
            String[] later = FEATURES.subList(i + 1, FEATURES.size()).stream()
                    .map(feature -> "dev.quark.core." + feature)
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage("dev.quark.core." + FEATURES.get(i))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .because("a reader can then read the features in this order: " + FEATURES)
                        .check(checked);
            }
        }
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("dev.quark.(*)..").should().beFreeOfCycles().check(checked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"persistence", "github", "runner", "http"})
    void adaptersSeeTheCoreAndNothingElseOfOurs(String adapter) {
        noClasses()
                .that()
                .resideInAPackage("dev.quark." + adapter + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.quark..")
                        .and(DescribedPredicate.not(
                                resideInAnyPackage("dev.quark.core..", "dev.quark." + adapter + ".."))))
                .because("an adapter can be replaced only if no other one knows it")
                .check(checked);
    }

    @Test
    void eachTechnologyHasOneHome() {
        only(
                "dev.quark.persistence",
                "org.jdbi..",
                "com.zaxxer..",
                "java.sql..",
                "javax.sql..",
                "org.sqlite..",
                "org.flywaydb..");
        only("dev.quark.runner.router.proxy", "io.vertx..", "io.netty..", "org.HdrHistogram..");
        only("dev.quark.app", "io.micrometer..", "io.prometheus..");
        only("dev.quark.http", "io.javalin..", "jakarta.servlet..", "org.eclipse.jetty..", "io.github.bucket4j..");
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.quark.github..", "dev.quark.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jgit..")
                .because("git is the business of quark-github; the demo makes a repository too")
                .check(checked);
    }

    private void only(String home, String... technology) {
        noClasses()
                .that()
                .resideOutsideOfPackage(home + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology)
                .because("that technology is the business of " + home)
                .check(checked);
    }

    @Test
    void portsAreSmall() {
        classes()
                .that()
                .resideInAPackage("dev.quark.core..")
                .and()
                .areInterfaces()
                .should(new ArchCondition<JavaClass>("have seven methods at most") {
                    @Override
                    public void check(JavaClass port, ConditionEvents events) {
                        long methods = port.getMethods().stream()
                                .filter(m -> m.getModifiers().contains(JavaModifier.ABSTRACT))
                                .count();
                        events.add(new SimpleConditionEvent(port, methods <= 7, port.getName() + " has " + methods));
                    }
                })
                .because("a port with more is several ports")
                .check(checked);
    }

    @Test
    void useCasesAreFinal() {
        classes()
                .that()
                .resideInAPackage("dev.quark.core..")
                .and()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .because("the class is the inbound port: there is nothing to override")
                .check(checked);
    }

    @Test
    void nothingIsPrintedBesideTheCommandLinesWriter() {
        noClasses()
                .that()
                .resideInAPackage("dev.quark..")
                .and()
                .doNotBelongToAnyOf(QuarkCommand.class)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what people read goes through the writers that the command line makes, or the log")
                .check(checked);
    }
}
