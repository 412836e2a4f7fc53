package org.jitalloc.bench.modules;

/**
 * What a process took.
 *
 * @param wallSeconds from its start to its end
 * @param cpuSeconds of all its threads
 */
public record Usage(double wallSeconds, double cpuSeconds) {}
