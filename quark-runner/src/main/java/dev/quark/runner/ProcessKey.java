package dev.quark.runner;

/**
 * A process, told from a later one that got the same number.
 *
 * @param pid its number
 * @param start when it was started, in ticks since the machine was
 */
record ProcessKey(long pid, long start) {}
