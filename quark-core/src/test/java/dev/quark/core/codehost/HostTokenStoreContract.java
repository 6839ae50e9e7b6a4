package dev.quark.core.codehost;

import static dev.quark.core.testing.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quark.core.identity.Role;
import dev.quark.core.identity.User;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import dev.quark.core.testing.Stores;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link HostTokenStore} does, and every {@link RepositoryKeepers} beside it. */
public abstract class HostTokenStoreContract {

    private static final RepositoryName REPOSITORY = new RepositoryName("Octo-Org/octo-repo");

    private final UUID mona = UUID.fromString("01980b5e-0000-7000-8000-000000000001");
    private final UUID hubot = UUID.fromString("01980b5e-0000-7000-8000-000000000002");
    private Stores stores;
    private HostTokenStore tokens;
    private RepositoryKeepers keepers;

    /** Empty stores. */
    protected abstract Stores open();

    @BeforeEach
    final void openStores() {
        stores = open();
        tokens = stores.hostTokens();
        keepers = stores.keepers();
        stores.users().add(User.invited(mona, "mona", null, Role.DEPLOYER, NOW));
        stores.users().add(User.invited(hubot, "hubot", null, Role.DEPLOYER, NOW));
    }

    @AfterEach
    final void closeStores() {
        stores.close();
    }

    @Test
    void givesBackWhatWasSaved() {
        HostToken plain = HostToken.of(Secret.of("gho_plain"));
        HostToken expiring = new HostToken(
                Secret.of("ghu_expiring"), Set.of("repo", "read:org"), Secret.of("ghr_next"), NOW.plusSeconds(28_800));
        tokens.save(mona, plain);
        tokens.save(hubot, expiring);
        assertEquals(Optional.of(plain), tokens.find(mona));
        assertEquals(Optional.of(expiring), tokens.find(hubot));
    }

    @Test
    void aUserHasOneToken() {
        tokens.save(mona, new HostToken(Secret.of("old"), Set.of("repo"), Secret.of("refresh"), NOW));
        tokens.save(mona, HostToken.of(Secret.of("new")));
        assertEquals(Optional.of(HostToken.of(Secret.of("new"))), tokens.find(mona));
        assertEquals(Optional.empty(), tokens.find(hubot));
    }

    @Test
    void aTokenIsReplacedOnlyWhileItIsTheUsers() {
        HostToken old = HostToken.of(Secret.of("old"));
        HostToken next = HostToken.of(Secret.of("next"));
        assertFalse(tokens.replace(mona, old, next), "there is none");
        tokens.save(mona, old);
        assertTrue(tokens.replace(mona, old, next));
        assertFalse(tokens.replace(mona, old, HostToken.of(Secret.of("too late"))));
        assertEquals(Optional.of(next), tokens.find(mona));
    }

    @Test
    void aTokenIsRemovedOnlyWhileItIsTheUsers() {
        HostToken token = HostToken.of(Secret.of("token"));
        tokens.save(mona, token);
        assertFalse(tokens.remove(mona, HostToken.of(Secret.of("another"))));
        assertFalse(tokens.remove(hubot, token));
        assertTrue(tokens.remove(mona, token));
        assertFalse(tokens.remove(mona, token));
        assertEquals(Optional.empty(), tokens.find(mona));
    }

    @Test
    void keepersComeInTheOrderInWhichTheyJoined() {
        assertEquals(List.of(), keepers.of(REPOSITORY));
        keepers.join(REPOSITORY, hubot, NOW);
        keepers.join(REPOSITORY, mona, NOW.plusSeconds(1));
        keepers.join(new RepositoryName("octo-org/OCTO-REPO"), hubot, NOW.plusSeconds(2));
        assertEquals(List.of(hubot, mona), keepers.of(REPOSITORY));
        assertEquals(List.of(), keepers.of(new RepositoryName("octo-org/other")));
    }

    @Test
    void whoeverLeadsComesFirst() {
        keepers.join(REPOSITORY, hubot, NOW);
        keepers.lead(REPOSITORY, mona, NOW.plusSeconds(1));
        assertEquals(List.of(mona, hubot), keepers.of(REPOSITORY));
        keepers.lead(REPOSITORY, hubot, NOW.plusSeconds(2));
        keepers.join(REPOSITORY, mona, NOW.plusSeconds(3));
        assertEquals(List.of(hubot, mona), keepers.of(REPOSITORY));
    }

    @Test
    void whatIsOfAUserGoesWithTheUser() {
        tokens.save(mona, HostToken.of(Secret.of("token")));
        keepers.join(REPOSITORY, mona, NOW);
        stores.users().remove(mona);
        assertEquals(Optional.empty(), tokens.find(mona));
    }

    @Test
    void aStateIsUsedOnce() {
        UsedStates used = stores.usedStates();
        assertTrue(used.use("state", NOW.plusSeconds(600), NOW));
        assertFalse(used.use("state", NOW.plusSeconds(600), NOW.plusSeconds(599)));
        assertTrue(used.use("another", NOW.plusSeconds(600), NOW));
    }
}
