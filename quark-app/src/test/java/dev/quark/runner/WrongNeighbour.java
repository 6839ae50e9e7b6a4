package dev.quark.runner;

/** An adapter that knows another one. */
public final class WrongNeighbour {

    /** The other one's. */
    public dev.quark.github.WrongNeighbour neighbour() {
        return new dev.quark.github.WrongNeighbour();
    }
}
