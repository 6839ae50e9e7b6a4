package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.deployment.DeploymentId;
import dev.quark.core.identity.Role;
import dev.quark.core.log.LogId;
import dev.quark.core.log.LogIndex;
import dev.quark.core.log.LogLine;
import dev.quark.core.log.LogStream;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogSearchApiTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:02Z");

    private final World world = new World();
    private final Api viewer = Api.of(world, Role.VIEWER);

    @AfterEach
    void stop() {
        world.close();
    }

    private static LogLine line(long seq, String text) {
        return new LogLine(seq, AT, LogStream.STDERR, text);
    }

    @Test
    void showsLinesWithTheirDeploymentAndTheLinesAround() {
        DeploymentId id = world.running();
        world.logIndex.answer = new LogIndex.Page(
                List.of(
                        new LogIndex.Hit(
                                id.log(), line(7, "no space"), List.of(line(6, "six")), List.of(line(8, "eight"))),
                        new LogIndex.Hit(new LogId(new UUID(9, 9)), line(1, "of a deleted one"), List.of(), List.of())),
                new LogIndex.Place(123, 7));
        Api.Reply answer = viewer.get("/logs/search?q=no+space&limit=2").is(200);
        JsonNode shown = answer.json();
        assertEquals(
                "[{\"deployment_id\":\"" + id + "\",\"repo_full_name\":\"octo-org/octo-repo\",\"branch\":\"main\","
                        + "\"name\":\"production\",\"status\":\"in_progress\",\"seq\":7,"
                        + "\"at\":\"2026-11-23T10:00:02.000Z\",\"stream\":\"stderr\",\"text\":\"no space\","
                        + "\"before\":[{\"seq\":6,\"at\":\"2026-11-23T10:00:02.000Z\",\"stream\":\"stderr\","
                        + "\"text\":\"six\"}],\"after\":[{\"seq\":8,\"at\":\"2026-11-23T10:00:02.000Z\","
                        + "\"stream\":\"stderr\",\"text\":\"eight\"}]}]",
                shown.get("hits").toString());
        assertEquals("123-7", shown.get("next").asText());
        assertEquals("</logs/search?before=123-7&q=no+space&limit=2>; rel=\"next\"", answer.header("Link"));
    }

    @Test
    void passesOnWhatIsLookedFor() {
        viewer.get("/logs/search?q=%22a+b%22&repo_full_name=octo-org/octo-repo&from=2026-11-23T10:00:02Z"
                        + "&to=2026-11-23T12:00:02%2B02:00&before=123-7")
                .is(200);
        LogIndex.Request asked = world.logIndex.asked.getFirst();
        assertTrue(asked.text().matches("x A,b"));
        assertEquals(World.REPOSITORY, asked.repository());
        assertEquals(AT, asked.from());
        assertEquals(AT, asked.to());
        assertEquals(20, asked.limit());
        assertEquals(new LogIndex.Place(123, 7), asked.before());
    }

    @Test
    void namesEveryFault() {
        assertEquals(
                List.of("q", "repo_full_name", "from", "to", "limit", "before"),
                viewer.get("/logs/search?q=%22&repo_full_name=x&from=now&to=1&limit=101&before=99999999999999999999-1")
                        .faults());
        assertEquals(List.of("q"), viewer.get("/logs/search").faults());
        for (String syntax : List.of("*", "%22", "%22%22", "(", "-")) {
            viewer.get("/logs/search?q=" + syntax).is(422);
        }
        Api.of(world, null).get("/logs/search?q=a").is(401);
    }
}
