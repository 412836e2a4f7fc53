package org.jitalloc.itests.laws.fake.circle.two;

import org.jitalloc.itests.laws.fake.circle.one.One;

/** Half of a circle of packages. */
public record Two(One one) {}
