package dev.quark.core.service;

import java.time.Duration;

/**
 * What a switch from one release to the next cost, as the router counted it from the switch's start to the end of the drain.
 *
 * @param requests how many requests of the config ended in that time, whichever release answered
 * @param failed how many of them the router answered itself with an error since no instance did, or broke off; an error
 *     that the app itself answered is an answer, and a request that the client gave up is no failure
 * @param p99 99 of 100 requests took no longer than this, from the request's arrival to the end of its response;
 *     WebSockets, which end when somebody ends them, are left out
 * @param duration from the switch's start to the end of the drain
 */
public record Cutover(long requests, long failed, Duration p99, Duration duration) {}
