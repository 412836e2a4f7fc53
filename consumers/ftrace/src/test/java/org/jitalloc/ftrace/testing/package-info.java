/** What tests of several packages use. */
package org.jitalloc.ftrace.testing;
