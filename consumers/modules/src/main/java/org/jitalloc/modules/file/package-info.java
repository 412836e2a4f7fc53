/**
 * Files of modules, mapped or decompressed. Compression by zstd is decoded by zstd-jni, which is
 * native code: the JDK has no decoder, there is no complete decoder in Java, and distributions
 * compress their modules by zstd. The import is optional. Without that bundle, all but modules
 * compressed by zstd are loaded.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.file;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
