package org.jitalloc.modules;

/**
 * What is kept of what a module's file says of it.
 *
 * @param version its version, or nothing
 * @param srcversion a sum of its sources, or nothing
 * @param isPermanent whether it has an init function but none to exit, so that a kernel never
 *     unloads it
 */
public record ModuleFacts(String version, String srcversion, boolean isPermanent) {}
