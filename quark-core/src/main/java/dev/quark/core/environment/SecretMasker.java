package dev.quark.core.environment;

/** Stand-in until the real one is merged. */
public final class SecretMasker {
    public static SecretMasker of(Environment e) {
        return new SecretMasker();
    }

    public String mask(String line) {
        return line;
    }

    public int safeCut(String text, int wanted) {
        return wanted;
    }

    public int longestPattern() {
        return 0;
    }
}
