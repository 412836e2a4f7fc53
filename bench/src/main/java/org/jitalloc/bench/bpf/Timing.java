package org.jitalloc.bench.bpf;

/**
 * What a program gave, and how long it took.
 *
 * @param result what it returned
 * @param nanos the time of a call: the median of some rounds
 */
public record Timing(long result, double nanos) {}
