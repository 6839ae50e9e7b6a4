package dev.quark.github;

/** An adapter that knows another one. */
public final class WrongNeighbour {

    /** The other one's. */
    public dev.quark.runner.WrongNeighbour neighbour() {
        return new dev.quark.runner.WrongNeighbour();
    }
}
