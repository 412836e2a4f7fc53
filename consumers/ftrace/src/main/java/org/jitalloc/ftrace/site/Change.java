package org.jitalloc.ftrace.site;

/**
 * What is to become of a call site.
 *
 * @param group the text that it is in
 * @param index its place in there
 * @param to what it is to call; 0 for nothing
 */
public record Change(SiteGroup group, int index, long to) {}
