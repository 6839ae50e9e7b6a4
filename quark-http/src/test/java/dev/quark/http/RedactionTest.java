package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private static String shown(String document, boolean succeeded) {
        return Redaction.document(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8), succeeded, false)
                .replace('"', '\'');
    }

    @Test
    void membersAreKeptByTheirNames() {
        assertEquals(
                "{'branch':'main','password':'***','service':{'hosts':['a.example'],'start_command':'***','instances':2}}",
                shown(
                        "{'branch':'main','password':'hunter2','unknown':'x','x':{'branch':'y'},"
                                + "'service':{'hosts':['a.example'],'start_command':'run','instances':2}}",
                        true));
    }

    @Test
    void aMaskedMemberIsMaskedWhateverItIs() {
        assertEquals(
                "{'password':'***','environment_variables':'***','value':'***'}",
                shown("{'password':12345678,'environment_variables':{'branch':'x'},'value':['branch']}", true));
    }

    @Test
    void textsThatWereRefusedAreNotKept() {
        assertEquals(
                "{'branch':'***','auto_deploy':true,'id':'01980b5e-7a51-7cc2-9c6b-0b7d1a2f3e4d'}",
                shown("{'branch':'main','auto_deploy':true,'id':'01980b5e-7a51-7cc2-9c6b-0b7d1a2f3e4d'}", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{'branch'",
                "{'branch':",
                "{'branch':'ma",
                "{'branch':'main','service':{'hosts':['a','b",
                "{'branch':'main','timeout_seconds':1e",
                "[1,2",
                "nonsense",
                "{'branch':tru"
            })
    void aDocumentThatBreaksOffIsShownAsFarAsItGoes(String document) {
        Api.parse(shown(document, true).replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer abc.def, ***",
        "curl/8.5.0 (x86_64-pc-linux-gnu), curl/8.5.0 (x86_64-pc-linux-gnu)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0, Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0",
        "GitHub-Hookshot/044aadd, GitHub-Hookshot/044aadd",
        "a ghp_16C7e42F292c6912E7710c838347Ae178B4a b, a *** b",
        "qk_0a-b_c, ***",
        "x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln, x ***",
        "feature/add-2-new-things-to-the-page, feature/add-2-new-things-to-the-page",
        "AKIAIOSFODNN7EXAMPLE, ***"
    })
    void whatLooksLikeATokenIsMasked(String text, String shown) {
        assertEquals(shown, Redaction.text(text));
    }

    @Test
    void aPathShowsIdsAndWhatIsThere() {
        String id = "01980b5e-7a51-7cc2-9c6b-0b7d1a2f3e4d";
        assertEquals("/deployments/" + id, Redaction.path("/deployments/{id}", "/deployments/" + id, false));
        assertEquals("/deployments/{id}", Redaction.path("/deployments/{id}", "/deployments/hunter2", false));
        assertEquals(
                "/deploy/configs/octo-org/octo-repo",
                Redaction.path("/deploy/configs/{owner}/{repo}", "/deploy/configs/octo-org/octo-repo", true));
        assertEquals("/x/{name}", Redaction.path("/x/{name}", "/x/ghp_16C7e42F292c6912E7710c838347Ae178B4a", true));
        assertEquals("/x/{name}", Redaction.path("/x/{name}", "/x/y/z", true));
    }
}
