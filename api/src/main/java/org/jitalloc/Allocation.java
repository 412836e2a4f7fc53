package org.jitalloc;

/**
 * What anyone may know of a live allocation. Knowing it gives no right to it.
 *
 * @param span where it is
 * @param type what it is for
 * @param purpose who it is for
 * @param owner the bundle that allocated it, by its symbolic name; {@code java} outside OSGi
 */
public record Allocation(Span span, ModMemType type, Purpose purpose, String owner) {}
