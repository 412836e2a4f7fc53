package org.jitalloc.bench.modules;

/**
 * The times of a process.
 *
 * @param wallSeconds its duration in seconds
 * @param cpuSeconds the processor time of all its threads in seconds
 */
public record Usage(double wallSeconds, double cpuSeconds) {}
