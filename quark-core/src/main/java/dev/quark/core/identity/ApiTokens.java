package dev.quark.core.identity;

import dev.quark.core.identity.ApiTokenStore.Owned;
import dev.quark.core.problem.ConflictException;
import dev.quark.core.problem.Faults;
import dev.quark.core.problem.ForbiddenException;
import dev.quark.core.problem.NotFoundException;
import dev.quark.core.secret.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes, recognises and removes API tokens; every change is audited. Safe for use by many threads. */
public final class ApiTokens {

    private static final int LONGEST_NAME = 100;

    private final ApiTokenStore tokens;
    private final LastUses lastUses;
    private final Audit audit;
    private final Supplier<UUID> ids;
    private final Supplier<Secret> secrets;
    private final Clock clock;

    /** @param secrets texts that nobody can guess, of letters, digits, {@code -} and {@code _} */
    public ApiTokens(
            ApiTokenStore tokens,
            LastUses lastUses,
            Audit audit,
            Supplier<UUID> ids,
            Supplier<Secret> secrets,
            Clock clock) {
        this.tokens = tokens;
        this.lastUses = lastUses;
        this.audit = audit;
        this.ids = ids;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * Makes a token for the caller.
     *
     * @throws ForbiddenException where the caller is an API token: it could outlive its own end that way
     * @throws ConflictException where the caller has one of this name
     */
    public Made make(Request request, Caller caller, Actor actor) {
        if (caller.by() instanceof Credential.OfApiToken) {
            throw new ForbiddenException("An API token can't make others: sign in and make it yourself.");
        }
        Instant now = clock.instant();
        request.check(caller.user().role(), now);
        Secret secret = Secret.of(ApiToken.PREFIX + secrets.get().reveal());
        ApiToken token = new ApiToken(
                ids.get(),
                caller.user().id(),
                request.name(),
                request.scope(),
                TokenHash.of(secret),
                now,
                request.expiresAt(),
                null);
        audit.with(actor, "token.create", target(token), detail(token, caller.user()), () -> tokens.add(token));
        return new Made(token, secret);
    }

    /**
     * The caller's tokens.
     *
     * @param all those of everybody, where the caller is an administrator
     */
    public List<Owned> list(boolean all, Caller caller) {
        if (all && !caller.user().role().covers(Role.ADMIN)) {
            throw new ForbiddenException("Only an administrator sees the tokens of others.");
        }
        return tokens.list(all ? null : caller.user().id());
    }

    /**
     * Removes a token, which is worth nothing from now on. Administrators remove anybody's, others their own, and an API
     * token that isn't an administrator's only itself.
     *
     * @throws NotFoundException where there is none, or none of the caller's
     */
    public void remove(UUID id, Caller caller, Actor actor) {
        Owned found = tokens.find(id).filter(owned -> mayRemove(owned, caller)).orElseThrow(ApiTokens::notFound);
        String detail = detail(found.token(), found.owner());
        if (!audit.with(actor, "token.delete", target(found.token()), detail, () -> tokens.remove(id))) {
            throw notFound();
        }
    }

    private static boolean mayRemove(Owned owned, Caller caller) {
        if (caller.user().role().covers(Role.ADMIN)) {
            return true;
        }
        return caller.by() instanceof Credential.OfApiToken(UUID itself)
                ? owned.token().id().equals(itself)
                : owned.owner().id().equals(caller.user().id());
    }

    /** Whose token it is, in the lesser of the token's and the owner's roles; empty where it is none or has expired. */
    public Optional<Caller> holder(Secret secret) {
        Instant now = clock.instant();
        return tokens.findByHash(TokenHash.of(secret))
                .filter(owned -> owned.token().expiresAt() == null
                        || owned.token().expiresAt().isAfter(now))
                .map(owned -> {
                    lastUses.note(owned.token(), now);
                    Role scope = owned.token().scope();
                    User owner = owned.owner();
                    return new Caller(
                            owner.role().covers(scope) ? owner.withRole(scope) : owner,
                            new Credential.OfApiToken(owned.token().id()));
                });
    }

    private static String target(ApiToken token) {
        return "token/" + token.id();
    }

    private static String detail(ApiToken token, User owner) {
        return token.name() + ", " + token.scope().label() + ", of " + owner.username();
    }

    private static NotFoundException notFound() {
        return new NotFoundException("There is no API token with this id.");
    }

    /**
     * A token to be made.
     *
     * @param name what the owner calls it
     * @param scope what it may do at most
     * @param expiresAt from when on it is no longer valid; null for one that doesn't expire
     */
    public record Request(String name, Role scope, @Nullable Instant expiresAt) {

        private void check(Role most, Instant now) {
            Faults faults = new Faults();
            boolean isPlain = name.codePoints().noneMatch(Character::isISOControl);
            if (name.isBlank() || name.length() > LONGEST_NAME || !isPlain) {
                faults.add("name", "must be 1 to " + LONGEST_NAME + " characters on one line");
            }
            if (!most.covers(scope)) {
                faults.add("scope", "must not be more than your own role, " + most.label());
            }
            if (expiresAt != null && !expiresAt.isAfter(now)) {
                faults.add("expires_at", "must be in the future");
            }
            faults.throwIfAny();
        }
    }

    /**
     * A token that was made.
     *
     * @param token what is kept of it
     * @param secret what its holder sends; it can't be had again
     */
    public record Made(ApiToken token, Secret secret) {}
}
