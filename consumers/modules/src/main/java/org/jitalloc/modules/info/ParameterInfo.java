package org.jitalloc.modules.info;

/**
 * A parameter, as a module describes it.
 *
 * @param name of the parameter
 * @param type as {@code int} or {@code array of charp}; empty if it is not told
 * @param description for people; empty if there is none
 */
public record ParameterInfo(String name, String type, String description) {}
