package org.jitalloc.itests.laws.fake.layer.upper;

/** The higher layer. */
public record Upper() {}
