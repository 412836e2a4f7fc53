package org.jitalloc.itests.laws.fake.plain;

/** A factory for the class path. */
public record Factory() {}
