/** Part of a fake that breaks a law. */
package org.jitalloc.itests.laws.fake.circle.two;
