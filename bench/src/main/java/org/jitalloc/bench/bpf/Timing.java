package org.jitalloc.bench.bpf;

/**
 * The result and the time of a program.
 *
 * @param result its result
 * @param nanos the nanoseconds of a call, the median of the rounds
 */
public record Timing(long result, double nanos) {}
