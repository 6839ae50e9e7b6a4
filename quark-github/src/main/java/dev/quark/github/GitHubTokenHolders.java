package dev.quark.github;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.Forbidden;
import dev.quark.core.codehost.CodeHostException.MissingScopes;
import dev.quark.core.codehost.CodeHostException.NotFound;
import dev.quark.core.codehost.CodeHostException.Revoked;
import dev.quark.core.codehost.HostUser;
import dev.quark.core.identity.GitHubAccount;
import dev.quark.core.identity.GitHubAccounts;
import dev.quark.core.problem.UnavailableException;
import dev.quark.core.secret.Secret;
import java.util.Optional;

/** @see <a href="https://docs.github.com/en/rest/orgs/members">Members of organisations</a> */
final class GitHubTokenHolders implements GitHubAccounts {

    private final GitHubClient client;

    GitHubTokenHolders(GitHubClient client) {
        this.client = client;
    }

    @Override
    public Optional<GitHubAccount> whoHolds(Secret token) {
        try {
            HostUser user = Answers.read(client.get(token, "/user"), Answers::user);
            return Optional.of(new GitHubAccount(user.id(), user.login()));
        } catch (CodeHostException e) {
            if (e.failure() instanceof Revoked) {
                return Optional.empty();
            }
            throw new UnavailableException(e.getMessage(), e);
        }
    }

    @Override
    public boolean isMember(Secret token, String organization) {
        try {
            JsonNode found = client.get(token, "/user/memberships/orgs/" + ApiPath.encoded(organization));
            return found.path("state").asText().equals("active");
        } catch (CodeHostException e) {
            return switch (e.failure()) {
                case NotFound no -> false;
                case Forbidden no -> false;
                case MissingScopes no -> false;
                case Revoked no -> false;
                default -> throw new UnavailableException(e.getMessage(), e);
            };
        }
    }
}
