package dev.quark.core.service;

/**
 * How a release has answered since traffic was switched to it.
 *
 * @param release the release that answers now
 * @param responses how many responses came from it
 * @param serverErrors how many of them had a status of 500 or above
 * @param failures how many requests it gave no whole response to: refused, broken off, too late
 */
public record Traffic(String release, long responses, long serverErrors, long failures) {}
