/** Classes that break a law, for the tests of the laws. */
package org.jitalloc.itests.laws.fake;
