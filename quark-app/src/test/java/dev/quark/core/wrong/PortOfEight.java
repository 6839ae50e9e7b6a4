package dev.quark.core.wrong;

/** A port with a method too many. */
interface PortOfEight {
    void one();

    void two();

    void three();

    void four();

    void five();

    void six();

    void seven();

    void eight();
}
