package dev.quark.app;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import dev.quark.core.identity.AccessTokens;
import dev.quark.core.identity.Session;
import dev.quark.core.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** JSON Web Tokens (RFC 7519) signed with HS256; no other algorithm is accepted. */
final class JwtAccessTokens implements AccessTokens {

    static final int SECRET_BYTES = 32;

    private static final String ISSUER = "quark";

    private final Algorithm algorithm;

    JwtAccessTokens(Secret secret) {
        algorithm = Algorithm.HMAC256(secret.reveal().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Secret issue(Session session) {
        return Secret.of(JWT.create()
                .withIssuer(ISSUER)
                .withSubject(session.user().toString())
                .withJWTId(session.id().toString())
                .withIssuedAt(session.createdAt())
                .withExpiresAt(session.expiresAt())
                .sign(algorithm));
    }

    @Override
    public Optional<UUID> read(Secret token, Instant now) {
        JWTVerifier.BaseVerification verification =
                (JWTVerifier.BaseVerification) JWT.require(algorithm).withIssuer(ISSUER);
        try {
            return Optional.ofNullable(verification
                            .build(Clock.fixed(now, ZoneOffset.UTC))
                            .verify(token.reveal())
                            .getId())
                    .map(UUID::fromString);
        } catch (JWTVerificationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
