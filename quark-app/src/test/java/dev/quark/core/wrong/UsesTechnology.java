package dev.quark.core.wrong;

import io.javalin.Javalin;
import org.eclipse.jgit.lib.Repository;

/** Uses what has its home in an adapter. */
final class UsesTechnology {

    private UsesTechnology() {}

    static final class OfHttp {
        int port(Javalin javalin) {
            return javalin.port();
        }
    }

    static final class OfGit {
        boolean bare(Repository repository) {
            return repository.isBare();
        }
    }
}
