package org.jitalloc.itests.laws.fake;

import org.jitalloc.itests.laws.fake.layer.upper.Upper;

/** An API that knows its implementation. */
public record Api(Upper upper) {}
