package dev.quark.github;

import dev.quark.core.source.CloneUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.jspecify.annotations.Nullable;

/**
 * Checks out the submodules of a commit that is checked out already, and theirs, one after the other. For one checkout and
 * one thread.
 */
final class Submodules {

    /** How deep submodules may be nested, and how many there may be together. */
    static final int DEEPEST = 5;

    static final int MOST = 100;

    private final Predicate<CloneUrl> allowed;
    private final Checkout checkout;
    private int count;

    /**
     * @param allowed which repositories may be cloned
     * @param checkout checks out one repository, without its submodules
     */
    Submodules(Predicate<CloneUrl> allowed, Checkout checkout) {
        this.allowed = allowed;
        this.checkout = checkout;
    }

    /** Checks out a commit of a repository to a folder. */
    interface Checkout {
        Links of(CloneUrl url, Submodule submodule, Path folder) throws Refusal, IOException, InterruptedException;
    }

    /**
     * What a commit says about its submodules.
     *
     * @param submodules where they are
     * @param modules the text of its {@code .gitmodules}
     */
    record Links(List<Submodule> submodules, String modules) {}

    void checkOut(CloneUrl parent, Links links, Path folder) throws Refusal, IOException, InterruptedException {
        checkOut(parent, links, folder, "", 1);
    }

    private void checkOut(CloneUrl parent, Links links, Path folder, String prefix, int depth)
            throws Refusal, IOException, InterruptedException {
        if (links.submodules().isEmpty()) {
            return;
        }
        Map<String, Module> modules = modules(links.modules(), prefix);
        for (Submodule submodule : links.submodules()) {
            String name = prefix + submodule.path();
            Module module = modules.get(submodule.path());
            if (module != null && module.update().equals("none")) {
                continue;
            }
            checkBounds(name, depth);
            CloneUrl url = url(parent, name, module);
            Path place = folder.resolve(submodule.path());
            Links nested;
            try {
                nested = checkout.of(url, submodule, place);
            } catch (Refusal e) {
                throw new Refusal("The submodule " + name + " can't be checked out. " + e.reason(), e);
            }
            checkOut(url, nested, place, name + "/", depth + 1);
        }
    }

    private void checkBounds(String name, int depth) throws Refusal {
        if (depth > DEEPEST) {
            throw new Refusal("The submodule " + name + " is nested more than " + DEEPEST
                    + " deep: put its files into the repository above it (git subtree)");
        }
        if (++count > MOST) {
            throw new Refusal("The commit has more than " + MOST
                    + " submodules, with those of its submodules: put their files into the repository (git subtree)");
        }
    }

    private CloneUrl url(CloneUrl parent, String name, @Nullable Module module) throws Refusal {
        if (module == null || module.url().isBlank()) {
            throw new Refusal("The commit has the submodule " + name
                    + ", and its .gitmodules doesn't say where that is: add it with git submodule add, or remove the"
                    + " folder from the index with git rm --cached");
        }
        try {
            CloneUrl url = new SubmoduleUrl(parent).of(module.url());
            if (!allowed.test(url)) {
                throw new Refusal("its URL " + url + " is not under a prefix that ALLOWED_CLONE_URLS names: ask whoever"
                        + " runs this server to add it");
            }
            return url;
        } catch (Refusal e) {
            throw new Refusal("The submodule " + name + " can't be checked out: " + e.reason(), e);
        }
    }

    private record Module(String url, String update) {}

    private static Map<String, Module> modules(String text, String prefix) throws Refusal {
        Config config = new Config();
        try {
            config.fromText(text);
        } catch (ConfigInvalidException e) {
            throw new Refusal(
                    "The file " + prefix + ".gitmodules can't be read (" + e.getMessage() + "): correct it", e);
        }
        Map<String, Module> modules = new HashMap<>();
        for (String name : config.getSubsections("submodule")) {
            String path = config.getString("submodule", name, "path");
            String url = config.getString("submodule", name, "url");
            String update = config.getString("submodule", name, "update");
            if (path != null) {
                modules.put(
                        path.replaceAll("/+$", ""), new Module(url == null ? "" : url, update == null ? "" : update));
            }
        }
        return modules;
    }
}
