package dev.quark.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource({
        "sqlite:///./app.db, jdbc:sqlite:./app.db",
        "sqlite:///app.db, jdbc:sqlite:app.db",
        "sqlite:////var/lib/quark/app.db, jdbc:sqlite:/var/lib/quark/app.db",
        "' sqlite:///./app.db ', jdbc:sqlite:./app.db",
        "sqlite+aiosqlite:///./app.db, jdbc:sqlite:./app.db",
        "jdbc:sqlite:/var/lib/app.db, jdbc:sqlite:/var/lib/app.db",
    })
    void readsSqlite(String url, String jdbcUrl) {
        assertEquals(new Persistence.Settings(jdbcUrl, null, null), Persistence.Settings.parse(url));
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://mona:p%40ss@db.example:5433/quark, jdbc:postgresql://db.example:5433/quark, mona, p@ss",
        "postgres://mona:pass@db/quark, jdbc:postgresql://db/quark, mona, pass",
        "postgresql+psycopg2://mona:pass@db/quark, jdbc:postgresql://db/quark, mona, pass",
        "postgresql://mona@db/quark?sslmode=require&x=1, jdbc:postgresql://db/quark?sslmode=require&x=1, mona,",
        "postgresql://mona:p@ss@db/quark, jdbc:postgresql://db/quark, mona, p@ss",
        "postgresql://mona:a:b?c@db/quark?ssl=true, jdbc:postgresql://db/quark?ssl=true, mona, a:b?c",
        "postgresql://mona:a+b%2@db/quark, jdbc:postgresql://db/quark, mona, a+b%2",
        "postgresql:///quark, jdbc:postgresql://localhost/quark,,",
        "postgresql://[::1]:5432/quark, jdbc:postgresql://[::1]:5432/quark,,",
        "'postgresql://a:1,b:2/quark', 'jdbc:postgresql://a:1,b:2/quark',,",
        "jdbc:postgresql://db/quark?user=mona&password=p%26s&ssl=true, jdbc:postgresql://db/quark?ssl=true, mona, p&s",
    })
    void readsPostgresql(String url, String jdbcUrl, @Nullable String user, @Nullable String password) {
        Secret secret = password == null ? null : Secret.of(password);
        assertEquals(new Persistence.Settings(jdbcUrl, user, secret), Persistence.Settings.parse(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "app.db",
                "mysql://mona:hunter2@db/quark",
                "sqlite://",
                "sqlite:///",
                "sqlite:///:memory:",
                "sqlite:///./app.db?password=hunter2",
                "sqlite:///folder/",
                "postgresql://mona:hunter2@db",
                "postgresql://mona:hunter2@db/",
                "postgresql://mona:hunter2@db:port/quark",
                "postgresql://mona:hunter2@db:543210/quark",
                "postgresql://mona:hunter2@db/quark/more",
                "postgresql://mona:hun/hunter2@db host/quark",
            })
    void refusesOtherTextWithoutShowingThePassword(String url) {
        InvalidException refused = assertThrows(InvalidException.class, () -> Persistence.Settings.parse(url));
        assertEquals("DATABASE_URL", refused.errors().get(0).field());
        assertFalse(refused.getMessage().contains("hunter2"), refused.getMessage());
    }

    @Test
    void settingsDoNotPrintThePassword() {
        Persistence.Settings settings =
                Persistence.Settings.parse("postgresql://mona:hunter2@db/quark?password=hunter2");
        assertFalse(settings.toString().contains("hunter2"), settings.toString());
        assertTrue(settings.toString().contains("mona"), settings.toString());
    }

    @Test
    void aDatabaseThatIsNotThereIsNamedWithoutTheSecretsOfItsUrl() {
        Persistence.Settings settings = Persistence.Settings.parse(
                "postgresql://mona:swordfish@127.0.0.1:1/quark?sslkey=/key&sslpassword=sword2fish");
        UnavailableException refused =
                assertThrows(UnavailableException.class, () -> Persistence.open(settings, new TestBox()));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("//127.0.0.1:1/quark can't be used"), message);
        assertFalse(message.contains("sword"), message);
    }
}
