package dev.quark.github;

import dev.quark.core.problem.InvalidException;
import dev.quark.core.source.CloneUrl;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a submodule is cloned from. As git reads {@code .gitmodules}: a relative URL counts from the repository's own; and
 * beyond it, one for SSH on the same host stands for the same path over HTTP, since no key for SSH is known here.
 */
final class SubmoduleUrl {

    private static final Pattern SSH = Pattern.compile("(?i)(?:git\\+)?ssh://(?:[^/@]*@)?([^/:@]+)(?::\\d+)?/(.+)");
    private static final Pattern SCP = Pattern.compile("(?:[^/:@]+@)?([^/:@]+):(?!//)/*(.+)");

    private final CloneUrl parent;

    SubmoduleUrl(CloneUrl parent) {
        this.parent = parent;
    }

    /** @throws Refusal for a URL that isn't on the repository's host, or isn't one that can be cloned from */
    CloneUrl of(String given) throws Refusal {
        CloneUrl url;
        try {
            url = new CloneUrl(absolute(given.strip()));
        } catch (InvalidException e) {
            throw new Refusal(
                    "its URL in .gitmodules can't be used (" + e.errors().get(0).message()
                            + "): give it as ../name.git, or as the URL of a repository on the same host",
                    e);
        }
        if (!host(url).equals(host(parent))) {
            throw new Refusal("it is on another host (" + host(url) + ") than the repository (" + host(parent)
                    + "), which isn't cloned from: move it there, or put its files into the repository (git subtree)");
        }
        return url;
    }

    private String absolute(String url) throws Refusal {
        if (url.startsWith("./") || url.startsWith("../")) {
            return relative(url);
        }
        boolean local = host(parent).startsWith("file:");
        if (local && url.startsWith("/")) {
            return "file://" + url;
        }
        Matcher ssh = SSH.matcher(url);
        Matcher scp = SCP.matcher(url);
        Matcher remote = ssh.matches() ? ssh : scp;
        if (!local && (remote == ssh || scp.matches())) {
            String host = remote.group(1);
            String own = String.valueOf(URI.create(parent.value()).getHost());
            return (host.equalsIgnoreCase(own) ? host(parent) : "https://" + host) + "/" + remote.group(2);
        }
        return url;
    }

    private String relative(String url) throws Refusal {
        String base = parent.value().replaceAll("/+$", "");
        String rest = url;
        while (rest.startsWith("./") || rest.startsWith("../")) {
            if (rest.startsWith("../")) {
                base = base.substring(0, Math.max(0, base.lastIndexOf('/')));
            }
            rest = rest.substring(rest.indexOf('/') + 1);
        }
        if (base.length() < host(parent).length()) {
            throw new Refusal("its URL in .gitmodules leads above the repository's host: give it as ../name.git");
        }
        return base + "/" + rest;
    }

    /** Scheme, host and port. */
    private static String host(CloneUrl url) {
        String value = url.value();
        int path = value.indexOf('/', value.indexOf("://") + 3);
        return value.substring(0, path).toLowerCase(Locale.ROOT);
    }
}
