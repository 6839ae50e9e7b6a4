package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.codehost.HostToken;
import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.secret.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GitHubSignInApiTest {

    /** The tests know the server by another address than GitHub does. */
    private static final String LOGIN = "/auth/github/login?begin=here";

    private @Nullable World world;

    private Api start(@Nullable String frontend) {
        World started = new World(frontend);
        world = started;
        started.accounts.give("gho_octocat", new GitHubAccount(1, "octocat"));
        started.host.give("gho_octocat", 1, "octocat");
        started.host.code("code", HostToken.of(Secret.of("gho_octocat")));
        return Api.of(started, null);
    }

    @AfterEach
    void stop() {
        if (world != null) {
            world.close();
        }
    }

    private static String cookie(Api.Reply reply) {
        String cookie = reply.response().headers().allValues("Set-Cookie").stream()
                .filter(c -> c.startsWith("quark_sign_in="))
                .findFirst()
                .orElseThrow();
        assertTrue(cookie.contains("HttpOnly; SameSite=Lax"), cookie);
        assertTrue(cookie.contains("Path=/auth;"), cookie);
        return cookie.replaceFirst(";.*", "");
    }

    private static String callback(String loginUrl) {
        return "/auth/callback?code=code&state=" + loginUrl.replaceFirst(".*state=([^&]*).*", "$1");
    }

    @Test
    void aScriptGetsTheAddressAndABrowserIsSentThere() {
        Api api = start(null);
        String url = api.get(LOGIN).is(200).json().get("login_url").asText();
        assertTrue(url.startsWith("https://github.com/login/oauth/authorize?"), url);
        Api.Reply sent = api.with("Accept", "text/html,*/*").get(LOGIN).is(302);
        assertTrue(sent.header("Location").startsWith("https://github.com/"), sent::toString);
        assertFalse(sent.header("Location").contains(url), "each sign-in has a state of its own");
        cookie(sent);
    }

    @Test
    void whoKnowsTheServerByAnotherNameBeginsWhereGitHubSendsThemBackTo() {
        Api api = start(null);
        String there = "http://localhost:8000" + LOGIN;
        Api.Reply told = api.get("/auth/login").is(200);
        assertEquals(there, told.json().get("login_url").asText());
        assertEquals(List.of(), told.headers("Set-Cookie"));
        Api.Reply sent =
                api.with("Accept", "text/html").get("/auth/github/login").is(302);
        assertEquals(there, sent.header("Location"));
        assertEquals(List.of(), sent.headers("Set-Cookie"));
    }

    @Test
    void aSignInEndsOnceAndLeavesTheBrowserItsCookie() {
        Api api = start(null);
        Api.Reply begun = api.get(LOGIN);
        String back = callback(begun.json().get("login_url").asText());
        Api browser = api.with("Cookie", cookie(begun));
        Api.Reply signedIn = browser.get(back).is(302);
        assertEquals("http://localhost:8000/docs", signedIn.header("Location"));
        String session = signedIn.headers("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("quark_session="))
                .findFirst()
                .orElseThrow();
        assertEquals(
                "octocat",
                api.with("Cookie", session.replaceFirst(";.*", ""))
                        .get("/auth/me")
                        .is(200)
                        .json()
                        .get("username")
                        .asText());
        assertTrue(browser.get(back).is(401).detail().contains("begin again at /auth/github/login"));
    }

    @Test
    void anotherDashboardGetsTheTokenBehindTheHash() {
        Api api = start("https://dash.example.com");
        Api.Reply begun = api.get(LOGIN);
        Api.Reply signedIn = api.with("Cookie", cookie(begun))
                .get(callback(begun.json().get("login_url").asText()) + "&redirect=https://evil.example")
                .is(302);
        assertTrue(
                signedIn.header("Location").matches("https://dash\\.example\\.com/login#token=[^&]+&provider=github"),
                signedIn::toString);
        Api.Reply elsewhere = api.with("Origin", "https://dash.example.com")
                .get("/auth/login")
                .is(200);
        assertEquals(
                "http://localhost:8000/auth/github/login?begin=here",
                elsewhere.json().get("login_url").asText());
    }

    @Test
    void aStateFromAnotherBrowserSignsNobodyIn() {
        Api api = start(null);
        String back = callback(api.get(LOGIN).json().get("login_url").asText());
        assertTrue(api.get(back).is(401).detail().contains("not begun in this browser"));
        String other = cookie(api.get(LOGIN));
        api.with("Cookie", other).get(back).is(401);
        api.with("Cookie", "quark_sign_in=forged").get(back).is(401);
    }

    @Test
    void whatGitHubDoesNotSendIsSaid() {
        Api api = start(null);
        assertEquals(List.of("code", "state"), api.get("/auth/callback").faults());
        assertTrue(api.get("/auth/github/callback?error=access_denied&state=x")
                .is(401)
                .detail()
                .contains("declined"));
    }
}
