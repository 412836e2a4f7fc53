package org.jitalloc;

/**
 * A public description of a live allocation. It gives no access to the memory.
 *
 * @param span its address range
 * @param type its memory type
 * @param purpose the kind of consumer that it is for
 * @param owner the symbolic name of the bundle that allocated it; {@code java} outside OSGi
 */
public record Allocation(Span span, ModMemType type, Purpose purpose, String owner) {}
