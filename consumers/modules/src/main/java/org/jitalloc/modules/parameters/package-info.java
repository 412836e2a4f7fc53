/**
 * ParameterArguments of modules: the words of a command line, and the values that parameters take.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.parameters;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
