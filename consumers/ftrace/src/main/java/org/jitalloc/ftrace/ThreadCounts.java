package org.jitalloc.ftrace;

/**
 * What became of the calls of one place for threads. Threads that are no more leave their place to
 * others, so a place counts for all that had it.
 *
 * @param thread the number of the thread that has it; 0 if none has
 * @param written events written
 * @param dropped events that found no room
 * @param nested calls out of callbacks, which are not traced
 * @param unhooked calls that are nested too deeply for their return to be awaited
 */
public record ThreadCounts(int thread, long written, long dropped, long nested, long unhooked) {}
