package dev.quark.github;

import com.sun.net.httpserver.HttpExchange;
import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.RepositoryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The stand-in's git over HTTP: private repositories take a token as the password. */
final class StandInGit {

    private static final Pattern PATH = Pattern.compile("/([^/]+/[^/]+?)\\.git/.*");

    private final StandInModel model;
    private final Path root;

    StandInGit(StandInModel model, Path root) {
        this.model = model;
        this.root = root;
    }

    void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        StandInModel.Token token = token(authorization);
        StandInModel.Repository repository = repository(exchange.getRequestURI().getPath());
        boolean allowed = repository != null && model.mayRead(token, repository);
        boolean wrong = authorization != null && token == null;
        model.requests.add("git " + exchange.getRequestURI() + (token == null ? "" : " as " + token.login()));
        if (allowed && !wrong) {
            GitBackend.serve(exchange, root, true);
        } else if (token == null) {
            exchange.getRequestBody().readAllBytes();
            // As GitHub does: strangers aren't told whether it is there.
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"GitHub\"");
            exchange.sendResponseHeaders(401, -1);
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    private StandInModel.@Nullable Token token(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Basic ")) {
            return null;
        }
        String credentials = new String(Base64.getDecoder().decode(authorization.substring(6)), StandardCharsets.UTF_8);
        return model.tokens.get(credentials.substring(credentials.indexOf(':') + 1));
    }

    private StandInModel.@Nullable Repository repository(String path) {
        Matcher matcher = PATH.matcher(path);
        try {
            return matcher.matches() ? model.repositories.get(new RepositoryName(matcher.group(1))) : null;
        } catch (InvalidException e) {
            return null;
        }
    }
}
