package dev.quark.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.environment.EnvFile;
import dev.quark.core.environment.VariableName;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.secret.Secret;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a config's values may be. */
class ConfigValuesTest {

    @ParameterizedTest
    @CsvSource({"'',''", ".,''", "app,app", "./app,app", "app/,app", "a/b.c/..d,a/b.c/..d"})
    void foldersInTheRepositoryAreTaken(String given, String value) {
        assertEquals(value, new WorkingDirectory(given).value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../x",
                "a/../b",
                "a/..",
                "/etc",
                "~/x",
                ".git",
                ".git/hooks",
                "a/.git",
                "a//b",
                "a\\b",
                "a\nb"
            })
    void foldersThatLeadOutOfTheRepositoryAreRefused(String given) {
        assertThrows(InvalidException.class, () -> new WorkingDirectory(given));
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "eu-1", "v1.2_b", "9"})
    void namesAreTaken(String name) {
        assertEquals(name, new ConfigName(name).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", ".x", "a b", "a/b", "ü"})
    void whatIsNoNameIsRefused(String name) {
        assertThrows(InvalidException.class, () -> new ConfigName(name));
    }

    @Test
    void aNameHasAtMostSixtyCharacters() {
        assertEquals(60, new ConfigName("a".repeat(60)).value().length());
        assertThrows(InvalidException.class, () -> new ConfigName("a".repeat(61)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "_x", "npm_config_9"})
    void variablesAreTaken(String name) {
        assertEquals(name, new VariableName(name).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "9A", "A-B", "A B", "A=B", "Ä", "A\n", "BRANCH", "RELEASE_DIR"})
    void whatIsNoVariableOrQuarksOwnIsRefused(String name) {
        assertThrows(InvalidException.class, () -> VariableName.chosen(name));
    }

    @Test
    void aNameThatQuarkTookForItselfLaterStaysReadable() {
        VariableName stored = new VariableName("BRANCH");
        assertTrue(stored.isReserved());
        assertEquals("", EnvFile.render(new TreeMap<>(Map.of(stored, Secret.of("mine")))));
    }
}
