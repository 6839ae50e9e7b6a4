package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** Each rule of {@link ArchitectureTest} fails on classes that break it; so it isn't true of nothing. */
class WrongArchitectureTest {

    /** These look at what there is, not at how it is built. */
    private static final Set<String> NO_RULES = Set.of("noRuleIsAboutNothing", "everyFeatureIsThere");

    private static final List<Case> CASES = List.of(
            rule("coreIsPure").brokenBy("core.wrong.Impure$UsesALibrary"),
            rule("coreDoesNoInputOrOutput").brokenBy("core.wrong.Impure$ReadsFiles"),
            rule("coreDoesNoInputOrOutput").brokenBy("core.wrong.Impure$NamesFiles"),
            rule("coreDoesNoInputOrOutput").brokenBy("core.wrong.Impure$OpensChannels"),
            rule("coreDoesNoInputOrOutput").brokenBy("core.wrong.Impure$StartsProcesses"),
            rule("coreDoesNoInputOrOutput").brokenBy("core.wrong.Impure$Connects"),
            rule("coreDoesNoInputOrOutput").brokenBy("core.wrong.Impure$Queries"),
            rule("coreHasNoClockAndNoChanceOfItsOwn").brokenBy("core.wrong.Unpredictable$AsksForNow"),
            rule("coreHasNoClockAndNoChanceOfItsOwn").brokenBy("core.wrong.Unpredictable$HasAClock"),
            rule("coreHasNoClockAndNoChanceOfItsOwn").brokenBy("core.wrong.Unpredictable$CountsMilliseconds"),
            rule("coreHasNoClockAndNoChanceOfItsOwn").brokenBy("core.wrong.Unpredictable$MakesIds"),
            rule("coreHasNoClockAndNoChanceOfItsOwn").brokenBy("core.wrong.Unpredictable$ThrowsDice"),
            rule("featuresImportInOneDirection").brokenBy("core.problem.WrongDirection"),
            rule("modulesHaveNoCycles").brokenBy("http.WrongNeighbour", "persistence.WrongNeighbour"),
            rule("adaptersSeeTheCoreAndNothingElseOfOurs", "http").brokenBy("http.WrongNeighbour"),
            rule("adaptersSeeTheCoreAndNothingElseOfOurs", "persistence").brokenBy("persistence.WrongNeighbour"),
            rule("adaptersSeeTheCoreAndNothingElseOfOurs", "github").brokenBy("github.WrongNeighbour"),
            rule("adaptersSeeTheCoreAndNothingElseOfOurs", "runner").brokenBy("runner.WrongNeighbour"),
            rule("eachTechnologyHasOneHome").brokenBy("core.wrong.Impure$Queries"),
            rule("eachTechnologyHasOneHome").brokenBy("core.wrong.UsesTechnology$OfHttp"),
            rule("eachTechnologyHasOneHome").brokenBy("core.wrong.UsesTechnology$OfGit"),
            rule("portsAreSmall").brokenBy("core.wrong.PortOfEight"),
            rule("useCasesAreFinal").brokenBy("core.wrong.OpenUseCase"),
            rule("nothingIsPrintedBesideTheCommandLinesWriter").brokenBy("app.Prints$ToOut"),
            rule("nothingIsPrintedBesideTheCommandLinesWriter").brokenBy("app.Prints$ToErr"));

    private record Case(String rule, List<String> arguments, List<String> breakers) {

        Case brokenBy(String... classes) {
            return new Case(
                    rule,
                    arguments,
                    Arrays.stream(classes).map(name -> "dev.quark." + name).toList());
        }

        @Override
        public String toString() {
            return rule + " " + arguments + " is broken by " + breakers;
        }
    }

    private static Case rule(String name, String... arguments) {
        return new Case(name, List.of(arguments), List.of());
    }

    @TestFactory
    Stream<DynamicTest> aRuleFailsOnWhatBreaksIt() {
        return CASES.stream().map(one -> DynamicTest.dynamicTest(one.toString(), () -> assertFails(one)));
    }

    private static void assertFails(Case broken) throws Exception {
        List<Class<?>> classes = new ArrayList<>();
        for (String name : broken.breakers()) {
            classes.add(Class.forName(name));
        }
        ArchitectureTest rules = new ArchitectureTest();
        rules.checked = new ClassFileImporter().importClasses(classes);
        Method method = Arrays.stream(ArchitectureTest.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(broken.rule()))
                .findFirst()
                .orElseThrow();
        InvocationTargetException failure = assertThrows(
                InvocationTargetException.class,
                () -> method.invoke(rules, broken.arguments().toArray()));
        String message = String.valueOf(failure.getTargetException().getMessage());
        assertTrue(failure.getTargetException() instanceof AssertionError, message);
        // A rule that finds nothing to check fails too, but names no class.
        broken.breakers().forEach(name -> assertTrue(message.contains(simple(name)), message));
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    @Test
    void everyRuleHasSomethingThatBreaksIt() {
        Set<String> rules = Arrays.stream(ArchitectureTest.class.getDeclaredMethods())
                .filter(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                .map(Method::getName)
                .filter(name -> !NO_RULES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(rules, CASES.stream().map(Case::rule).collect(Collectors.toCollection(TreeSet::new)));
    }
}
