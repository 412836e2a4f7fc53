package org.jitalloc.itests.laws.fake.circle.one;

import org.jitalloc.itests.laws.fake.circle.two.Two;

/** Half of a circle of packages. */
public record One(Two two) {}
