package org.jitalloc.itests.laws.fake.layer.lower;

import org.jitalloc.itests.laws.fake.layer.upper.Upper;

/** Knows a higher layer. */
public record Lower(Upper upper) {}
