package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import org.jitalloc.modules.elf.ElfObject;

/**
 * A file that wants to become a module.
 *
 * @param object what is in it; valid during the load
 * @param name what the module is going to be called
 * @param kernelModule whether it says that it is a kernel module
 * @param file all its bytes, with what comes after the object; valid during the load
 */
public record Candidate(ElfObject object, String name, boolean kernelModule, ByteBuffer file) {}
