package org.jitalloc.modules.load;

import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.info.ModInfo;

/**
 * A file that wants to become a module.
 *
 * @param object what is in it; valid during the load
 * @param name what the module is going to be called
 * @param kernelModule whether it says that it is a kernel module
 * @param info what it says of itself; nothing if it is no kernel module
 * @param forced whether it is to be loaded although it does not tell the versions it is for
 */
public record LoadInfo(
    ElfObject object, String name, boolean kernelModule, ModInfo info, boolean forced) {}
