/**
 * Signatures at the end of modules: PKCS #7 over all that comes before them, compared with
 * certificates that are trusted. Begin at {@link org.jitalloc.modules.signature.SignatureVerifier}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.jitalloc.modules.signature;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
