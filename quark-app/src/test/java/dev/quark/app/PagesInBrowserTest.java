package dev.quark.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The API's pages in a real browser: complete, without an error, and without a request to anybody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesInBrowserTest {

    private static final double PATIENCE_MILLIS = 60_000;

    private Path folder = Path.of("");
    private @Nullable QuarkProcess quark;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;

    private static Optional<Path> chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        Optional<Path> chromium = chromium();
        if (chromium.isEmpty()) {
            assertFalse("true".equals(System.getenv("CI")), "no Chromium is installed");
            Assumptions.abort("no Chromium is installed: apt-get install chromium");
        }
        folder = temporary.toRealPath();
        quark = QuarkProcess.start(folder);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium.get())
                        .setArgs(List.of("--no-sandbox"))
                        .setTimeout(PATIENCE_MILLIS));
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (playwright != null) {
            playwright.close();
        }
        if (quark != null) {
            quark.close();
        }
    }

    private void open(String path, String whatShows, int atLeast) {
        QuarkProcess server = java.util.Objects.requireNonNull(quark);
        List<String> requests = new CopyOnWriteArrayList<>();
        List<String> errors = new CopyOnWriteArrayList<>();
        try (Page page = java.util.Objects.requireNonNull(browser).newPage()) {
            page.setDefaultTimeout(PATIENCE_MILLIS);
            page.onRequest(request -> requests.add(request.url()));
            page.onPageError(errors::add);
            page.onConsoleMessage(message -> {
                if (List.of("error", "warning").contains(message.type())) {
                    errors.add(message.text());
                }
            });
            page.navigate(server.url() + path);
            page.waitForFunction(
                    "([shows, least]) => document.querySelectorAll(shows).length >= least",
                    List.of(whatShows, atLeast));
            page.waitForLoadState(com.microsoft.playwright.options.LoadState.NETWORKIDLE);
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots" + path + ".png")));
        }
        assertEquals(List.of(), errors);
        assertTrue(requests.contains(server.url() + "/openapi.json"), requests::toString);
        requests.forEach(url -> assertTrue(
                url.startsWith(server.url() + "/") || url.startsWith("data:") || url.startsWith("blob:"), url));
    }

    /** Where the link beside a commit leads: whoever follows it signs in there, and sees how the deployment went. */
    @Test
    void aDeploymentsPageShowsItToWhoSignsIn() throws Exception {
        QuarkProcess server = java.util.Objects.requireNonNull(quark);
        GitFixture repository = GitFixture.create(folder, "echo hello\n");
        server.post("/deploy/configs", Map.of("repo_full_name", repository.name(), "clone_url", repository.url()));
        String id = server.post("/deploy/trigger", Map.of("repo_full_name", repository.name()))
                .path("deployment_id")
                .asText();
        try (Page page = java.util.Objects.requireNonNull(browser).newPage()) {
            page.setDefaultTimeout(PATIENCE_MILLIS);
            page.navigate(server.url() + "/pages/deployments/" + id);
            page.getByLabel("Name").fill("admin");
            page.getByLabel("Password").fill(QuarkProcess.PASSWORD);
            page.getByText("Sign in", new Page.GetByTextOptions().setExact(true))
                    .click();
            page.locator("#message:text-is('completed')").waitFor();
            page.locator("#log:has-text('hello')").waitFor();
        }
    }

    @Test
    void swaggerUiShowsEveryRoute() {
        open("/docs", ".opblock", 25);
    }

    @Test
    void redocShowsEveryRoute() {
        open(
                "/redoc",
                "[data-section-id^='tag/'][data-section-id*='operation'], [data-section-id*='/paths/'], [id*='operation/']",
                10);
    }
}
