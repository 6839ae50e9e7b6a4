package dev.quark.app;

/** Prints past the command line's writer, for {@link WrongArchitectureTest}. */
final class Prints {

    private Prints() {}

    @SuppressWarnings("SystemOut")
    static final class ToOut {
        void print() {
            System.out.println();
        }
    }

    @SuppressWarnings("SystemOut")
    static final class ToErr {
        void print() {
            System.err.println();
        }
    }
}
