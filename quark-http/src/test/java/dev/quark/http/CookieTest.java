package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A browser that is signed in by a cookie. */
class CookieTest {

    private static final String LOGIN = "{'username':'admin','password':'admin','cookie':true}";

    private final World world =
            new World(new Settings("127.0.0.1", 0, List.of("127.0.0.0/8"), null, true, World.TIMES, World.LIMITS));
    private final Api anybody = Api.of(world, null);

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void theTokenIsInACookieThatNoScriptAndNoOtherSiteSees() {
        Api.Reply reply = anybody.post("/auth/login", LOGIN).is(200);
        String cookie = reply.header("Set-Cookie");
        assertTrue(cookie.matches("quark_session=[^;]+; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"), cookie);
        assertFalse(reply.json().has("access_token"));
        JsonNode me = browser(reply).get("/auth/me").is(200).json();
        assertEquals("admin", me.get("username").asText());
        assertEquals(reply.json().get("csrf_token"), me.get("csrf_token"));
    }

    @Test
    void overHttpsItIsForThisHostAlone() {
        Api https = anybody.with("X-Forwarded-Proto", "https");
        Api.Reply reply = https.post("/auth/login", LOGIN).is(200);
        assertTrue(reply.header("Set-Cookie").startsWith("__Host-quark_session="));
        assertTrue(reply.header("Set-Cookie").endsWith("; HttpOnly; SameSite=Strict; Secure"));
        String pair = pair(reply);
        https.with("Cookie", "a=b; " + pair).get("/auth/me").is(200);
        // Whoever is on the way could have set the plain one.
        https.with("Cookie", pair.replace("__Host-", "")).get("/auth/me").is(401);
        anybody.with("Cookie", pair).get("/auth/me").is(401);
    }

    @Test
    void aChangeNeedsTheProofThatOnlyAnOwnPageCanRead() {
        Api.Reply reply = anybody.post("/auth/login", LOGIN).is(200);
        String csrf = reply.json().get("csrf_token").asText();
        Api browser = browser(reply);
        String body = "{'name':'CI','scope':'viewer'}";
        assertTrue(browser.post("/auth/tokens", body).is(403).detail().contains("X-CSRF-Token"));
        browser.with("X-CSRF-Token", csrf + "x").post("/auth/tokens", body).is(403);
        Api.Reply other = anybody.post("/auth/login", LOGIN).is(200);
        browser.with("X-CSRF-Token", other.json().get("csrf_token").asText())
                .post("/auth/tokens", body)
                .is(403);
        browser.with("X-CSRF-Token", csrf).post("/auth/tokens", body).is(201);
        browser.delete("/users/01980b5e-7a51-7cc2-9c6b-ffffffffffff").is(403);
        browser.with("X-CSRF-Token", csrf)
                .delete("/users/01980b5e-7a51-7cc2-9c6b-ffffffffffff")
                .is(404);
    }

    @Test
    void anotherOriginsPageIsNobodyWhateverItSends() {
        Api.Reply reply = anybody.post("/auth/login", LOGIN).is(200);
        Api browser = browser(reply)
                .with("X-CSRF-Token", reply.json().get("csrf_token").asText());
        for (String site : List.of("cross-site", "same-site", "")) {
            browser.with("Sec-Fetch-Site", site).get("/auth/me").is(401);
            browser.with("Sec-Fetch-Site", site)
                    .post("/auth/tokens", "{'name':'a','scope':'viewer'}")
                    .is(401);
        }
        browser.with("Sec-Fetch-Site", "same-origin").get("/auth/me").is(200);
        browser.with("Sec-Fetch-Site", "none").get("/auth/me").is(200);
        String own = "http://127.0.0.1:" + world.server.port();
        browser.with("Origin", own).get("/auth/me").is(200);
        for (String origin : List.of("https://evil.example", "http://127.0.0.1", own + "0", "null", "x y")) {
            browser.with("Origin", origin).get("/auth/me").is(401);
        }
    }

    @Test
    void theHostThatATrustedProxyTellsIsTheOwnOrigin() {
        Api proxied = anybody.with("X-Forwarded-Proto", "https", "X-Forwarded-Host", "quark.example.com");
        Api.Reply reply = proxied.with("Origin", "https://quark.example.com")
                .post("/auth/login", LOGIN)
                .is(200);
        Api browser = proxied.with("Cookie", pair(reply));
        browser.with("Origin", "https://quark.example.com").get("/auth/me").is(200);
        browser.with("Origin", "https://quark.example.com:443").get("/auth/me").is(200);
        browser.with("Origin", "http://quark.example.com").get("/auth/me").is(401);
        browser.with("Origin", "https://app.example.com").get("/auth/me").is(401);
    }

    @Test
    void noOtherSiteSignsABrowserIn() {
        for (String[] header : new String[][] {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}}) {
            Api.Reply reply = anybody.with(header).post("/auth/login", LOGIN).is(403);
            assertEquals("", reply.header("Set-Cookie"));
        }
    }

    @Test
    void signingOutEndsTheSessionAndTakesTheCookieAway() {
        Api.Reply reply = anybody.post("/auth/login", LOGIN).is(200);
        Api browser = browser(reply)
                .with("X-CSRF-Token", reply.json().get("csrf_token").asText());
        Api.Reply out = browser.post("/auth/logout").is(200);
        assertEquals("quark_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict", out.header("Set-Cookie"));
        browser.get("/auth/me").is(401);
    }

    @Test
    void aBearerTokenCountsBeforeTheCookieAndNeedsNoProof() {
        Api.Reply reply = anybody.post("/auth/login", LOGIN).is(200);
        Api both = browser(reply).withToken(World.token(dev.quark.core.identity.Role.VIEWER));
        JsonNode me = both.get("/auth/me").is(200).json();
        assertEquals("viewer", me.get("username").asText());
        assertFalse(me.has("csrf_token"));
        both.post("/auth/tokens", "{'name':'CI','scope':'viewer'}").is(201);
    }

    @Test
    void aWebSocketByTheCookieIsForOwnPagesAlone() throws Exception {
        String pair = pair(anybody.post("/auth/login", LOGIN).is(200));
        String own = "http://127.0.0.1:" + world.server.port();
        // The id is unknown: who is let in learns just that.
        assertEquals(4004, closed("Cookie", pair, "Origin", own));
        assertEquals(4001, closed("Cookie", pair, "Origin", "https://evil.example"));
        assertEquals(4001, closed("Cookie", pair, "Origin", own, "Sec-Fetch-Site", "cross-site"));
        assertEquals(4001, closed("Cookie", pair));
        assertEquals(4001, closed("Origin", own));
    }

    /** The code with which the server closes a WebSocket that is opened with these headers. */
    private int closed(String... headers) throws Exception {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        String address =
                "ws://127.0.0.1:" + world.server.port() + "/deployments/01980b5e-7a51-7cc2-9c6b-ffffffffffff/logs";
        builder.buildAsync(URI.create(address), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                        code.complete(status);
                        return null;
                    }
                })
                .get(30, TimeUnit.SECONDS);
        return code.get(30, TimeUnit.SECONDS);
    }

    private Api browser(Api.Reply signedIn) {
        return anybody.with("Cookie", pair(signedIn));
    }

    private static String pair(Api.Reply signedIn) {
        return signedIn.header("Set-Cookie").replaceFirst(";.*", "");
    }
}
