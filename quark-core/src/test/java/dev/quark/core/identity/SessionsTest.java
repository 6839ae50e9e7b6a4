package dev.quark.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quark.core.event.QuarkEvent;
import dev.quark.core.identity.Sessions.SignedIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final People people = new People();
    private final List<QuarkEvent> heard = new ArrayList<>();

    @Test
    void onlyTheLastSignOutIsToldToListeners() {
        people.events.subscribe(heard::add);
        SignedIn one = people.sessions.begin(people.admin, "password", "");
        SignedIn two = people.sessions.begin(people.admin, "github", "");
        end(one);
        assertEquals(List.of(), heard);
        assertEquals(Optional.empty(), people.sessions.holder(one.token()));
        assertEquals(
                people.admin, people.sessions.holder(two.token()).orElseThrow().user());
        end(two);
        assertEquals(List.of(new LastSessionEnded(people.admin.id())), heard);
        assertEquals(
                List.of(
                        "admin user.sign_out: ",
                        "admin user.sign_out: ",
                        "admin user.sign_in: github",
                        "admin user.sign_in: password"),
                people.actions());
    }

    @Test
    void aSessionThatExpiresIsNoSignOut() {
        people.events.subscribe(heard::add);
        SignedIn signedIn = people.sessions.begin(people.admin, "password", "");
        people.clock.pass(Sessions.VALIDITY.minusMillis(1));
        assertEquals(
                people.admin,
                people.sessions.holder(signedIn.token()).orElseThrow().user());
        people.clock.pass(java.time.Duration.ofMillis(1));
        assertEquals(Optional.empty(), people.sessions.holder(signedIn.token()));
        assertEquals(List.of(), heard);
    }

    private void end(SignedIn signedIn) {
        Caller caller = people.sessions.holder(signedIn.token()).orElseThrow();
        people.sessions.end(((Credential.OfSession) caller.by()).id(), People.actor(caller));
    }
}
