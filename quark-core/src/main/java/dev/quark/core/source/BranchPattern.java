package dev.quark.core.source;

import java.util.Optional;

/**
 * A branch's name or a glob over them: {@code *} and {@code ?} match within a part of the name, {@code **} across parts.
 *
 * @param value the name or glob, at most 250 characters
 */
public record BranchPattern(String value) {

    /** @throws dev.quark.core.problem.InvalidException for text that could match no branch */
    public BranchPattern {
        new BranchName(value.replaceAll("[*?]+", "x"));
    }

    /** Whether the pattern matches a branch. */
    public boolean matches(BranchName branch) {
        return isGlob() ? new Glob(value).matches(branch.value()) : value.equals(branch.value());
    }

    /** The one branch that it names; empty for a glob. */
    public Optional<BranchName> branch() {
        return isGlob() ? Optional.empty() : Optional.of(new BranchName(value));
    }

    private boolean isGlob() {
        return value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
    }

    @Override
    public String toString() {
        return value;
    }
}
