package dev.quark.persistence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.quark.core.config.ConfigId;
import dev.quark.core.config.ConfigName;
import dev.quark.core.source.BranchPattern;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.webhook.Delivery;
import dev.quark.core.webhook.StoredDelivery;
import dev.quark.core.webhook.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads deliveries, and writes those of their columns that are JSON. */
final class DeliveryRows {

    private static final JsonFactory JSON = new JsonFactory();

    private static final String LIST = """
            SELECT id, event, repository, received_at, action, verdicts, headers FROM deliveries%s
            ORDER BY received_at DESC, id DESC LIMIT :limit OFFSET :offset""";

    private static final String OF_REPOSITORY = " WHERE lower(repository) = :repository";

    private DeliveryRows() {}

    static List<StoredDelivery> list(Session session, @Nullable RepositoryName repository, int limit, long offset)
            throws SQLException {
        Query query = query(session, LIST, repository).bind("limit", limit).bind("offset", offset);
        List<StoredDelivery> rows =
                query.map((row, context) -> stored(row, new byte[0])).list();
        List<StoredDelivery> deliveries = new ArrayList<>();
        for (StoredDelivery row : rows) {
            deliveries.add(withDeployments(session, row));
        }
        return deliveries;
    }

    static long count(Session session, @Nullable RepositoryName repository) {
        return query(session, "SELECT count(*) FROM deliveries%s", repository)
                .mapTo(Long.class)
                .one();
    }

    static Optional<StoredDelivery> find(Session session, String id) throws SQLException {
        Optional<StoredDelivery> row = session.query("SELECT * FROM deliveries WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> stored(found, found.getBytes("payload")))
                .findFirst();
        return row.isEmpty() ? row : Optional.of(withDeployments(session, row.get()));
    }

    private static Query query(Session session, String sql, @Nullable RepositoryName repository) {
        Query query = session.query(sql.formatted(repository == null ? "" : OF_REPOSITORY));
        return repository == null ? query : query.bind("repository", repository.key());
    }

    private static StoredDelivery withDeployments(Session session, StoredDelivery row) throws SQLException {
        return new StoredDelivery(
                row.delivery(),
                row.action(),
                row.verdicts(),
                JdbiDeliveryStore.caused(session, row.delivery().id()));
    }

    private static StoredDelivery stored(ResultSet row, byte[] payload) throws SQLException {
        String repository = row.getString("repository");
        Delivery delivery = new Delivery(
                row.getString("id"),
                row.getString("event"),
                repository == null ? null : new RepositoryName(repository),
                Instant.ofEpochMilli(row.getLong("received_at")),
                headers(row.getString("headers")),
                payload);
        return new StoredDelivery(delivery, row.getString("action"), verdicts(row.getString("verdicts")), List.of());
    }

    static String json(Map<String, String> headers) {
        return json(json -> {
            json.writeStartObject();
            for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
        });
    }

    static String json(List<Verdict> verdicts) {
        return json(json -> {
            json.writeStartArray();
            for (Verdict verdict : verdicts) {
                json.writeStartObject();
                json.writeStringField("config", verdict.config().toString());
                json.writeStringField("name", verdict.name().value());
                json.writeStringField("branch", verdict.branch().value());
                json.writeBooleanField("deployed", verdict.deployed());
                json.writeStringField("reason", verdict.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    private static String json(Part part) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            part.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static Map<String, String> headers(String json) {
        Map<String, String> headers = new TreeMap<>();
        Reader.read(json)
                .properties()
                .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
        return headers;
    }

    private static List<Verdict> verdicts(String json) {
        List<Verdict> verdicts = new ArrayList<>();
        for (JsonNode verdict : Reader.read(json)) {
            verdicts.add(new Verdict(
                    new ConfigId(UUID.fromString(verdict.get("config").asText())),
                    new ConfigName(verdict.get("name").asText()),
                    new BranchPattern(verdict.get("branch").asText()),
                    verdict.get("deployed").asBoolean(),
                    verdict.get("reason").asText()));
        }
        return verdicts;
    }

    /** Made when somebody looks at deliveries for the first time. */
    private static final class Reader {

        private static final JsonMapper MAPPER = new JsonMapper();

        static JsonNode read(String json) {
            try {
                return MAPPER.readTree(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
