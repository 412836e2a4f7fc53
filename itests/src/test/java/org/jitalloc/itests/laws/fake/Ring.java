package org.jitalloc.itests.laws.fake;

/** The first of a circle of nine types. */
interface Ring {
  Ring1 next();
}

interface Ring1 {
  Ring2 next();
}

interface Ring2 {
  Ring3 next();
}

interface Ring3 {
  Ring4 next();
}

interface Ring4 {
  Ring5 next();
}

interface Ring5 {
  Ring6 next();
}

interface Ring6 {
  Ring7 next();
}

interface Ring7 {
  Ring8 next();
}

interface Ring8 {
  Ring next();
}
