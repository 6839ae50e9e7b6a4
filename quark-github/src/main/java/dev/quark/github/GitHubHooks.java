package dev.quark.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quark.core.codehost.CodeHostException;
import dev.quark.core.codehost.CodeHostException.NotFound;
import dev.quark.core.codehost.HostHook;
import dev.quark.core.codehost.HostHooks;
import dev.quark.core.secret.Secret;
import dev.quark.core.source.RepositoryName;
import java.util.List;

/** @see <a href="https://docs.github.com/en/rest/repos/webhooks">Repository webhooks</a> */
final class GitHubHooks implements HostHooks {

    private final GitHubClient client;

    GitHubHooks(GitHubClient client) {
        this.client = client;
    }

    @Override
    public List<HostHook> list(Secret token, RepositoryName repository) {
        String path = ApiPath.of(repository, "hooks") + "?per_page=100";
        return client.list(token, path, null, Answers::hook).stream()
                .filter(hook -> !hook.url().isEmpty())
                .toList();
    }

    @Override
    public HostHook create(Secret token, RepositoryName repository, Wanted wanted) {
        ObjectNode body = body(wanted).put("name", "web");
        return Answers.read(client.send("POST", token, ApiPath.of(repository, "hooks"), body), Answers::hook);
    }

    @Override
    public HostHook change(Secret token, RepositoryName repository, long id, Wanted wanted) {
        return Answers.read(
                client.send("PATCH", token, ApiPath.of(repository, "hooks", id), body(wanted)), Answers::hook);
    }

    @Override
    public void delete(Secret token, RepositoryName repository, long id) {
        try {
            client.send("DELETE", token, ApiPath.of(repository, "hooks", id), null);
        } catch (CodeHostException e) {
            if (!(e.failure() instanceof NotFound)) {
                throw e;
            }
        }
    }

    private static ObjectNode body(Wanted wanted) {
        ObjectNode body = GitHubClient.JSON.createObjectNode().put("active", true);
        wanted.events().forEach(body.putArray("events")::add);
        body.putObject("config")
                .put("url", wanted.url())
                .put("content_type", "json")
                .put("insecure_ssl", "0")
                .put("secret", wanted.secret().reveal());
        return body;
    }
}
