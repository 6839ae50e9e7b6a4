package dev.quark.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.problem.InvalidException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchTextTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a \"b, that isn't closed",
                "\", that isn't closed",
                "``, must have a word",
                "* ( ) -, must have a word",
                "\"\" \"--\", must have a word",
                "a b c d e f g h i j k l m n o p q r s t u, may have 20 words"
            })
    void saysWhatIsUnderstood(String text, String reason) {
        InvalidException refused = assertThrows(InvalidException.class, () -> SearchText.parse(text));
        assertEquals("q", refused.errors().getFirst().field());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertThrows(InvalidException.class, () -> SearchText.parse("a".repeat(201)));
    }

    @Test
    void wordsAreLettersAndDigits() {
        assertEquals(
                Set.of("app", "js", "42", "my", "var"),
                SearchText.parse("App.js:42 MY_VAR").words());
        assertEquals(List.of("done", "in", "3s"), Words.of("\u001b[1;32mDone\u001b[0m in 3s\u001b["));
        assertEquals(List.of("a", "b"), Words.of("a\u001b]b\u001b"));
    }
}
