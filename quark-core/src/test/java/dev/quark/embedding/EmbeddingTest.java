package dev.quark.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

    @Test
    void theProgramDeploys() throws Exception {
        StringBuilder out = new StringBuilder();
        Embedding.run(out);
        assertTrue(out.toString().contains("hello\n"), out::toString);
        assertTrue(out.toString().endsWith("COMPLETED\n"), out::toString);
    }

    @Test
    void theManualShowsTheProgramThatIsCompiled() throws Exception {
        String source = Files.readString(Path.of("src/test/java/dev/quark/embedding/Embedding.java"));
        Matcher program = Pattern.compile("// \\[program\\]\n(.*?)\n *// \\[program\\]", Pattern.DOTALL)
                .matcher(source);
        assertTrue(program.find());
        String manual = Files.readString(Path.of("../docs/embedding.md"));
        Matcher shown =
                Pattern.compile("```java\n(var stores.*?)\n```", Pattern.DOTALL).matcher(manual);
        assertTrue(shown.find());
        assertEquals(program.group(1).stripIndent(), shown.group(1));
    }
}
