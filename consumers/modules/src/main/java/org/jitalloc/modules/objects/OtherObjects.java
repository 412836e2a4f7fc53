package org.jitalloc.modules.objects;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/** What lies about where objects are, and what to do instead of loading it. */
final class OtherObjects {
  private static final int MAGIC_BYTES = 4;
  private static final int ELF = 0x7f454c46;
  private static final int BITCODE = 0x4243c0de;
  private static final int BITCODE_WRAPPER = 0xdec0170b;
  private static final int MACH_O = 0xcffaedfe;
  private static final int MACH_O_FAT = 0xcafebabe;
  private static final int COFF_AMD64 = 0x6486;
  private static final int COFF_ARM64 = 0x64aa;
  private static final int COFF_ANONYMOUS = 0x0000ffff;
  private static final String SLIM_LTO = "__gnu_lto_slim";
  private static final String STACK_NOTE = ".note.GNU-stack";

  private OtherObjects() {}

  private static int magic(ByteBuffer file) {
    return file.limit() < MAGIC_BYTES ? 0 : file.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0);
  }

  /** Whether a member of an archive is none that a linker looks at. */
  static boolean isText(ByteBuffer file) {
    return magic(file) != ELF && kind(file).isEmpty();
  }

  private static String kind(ByteBuffer file) {
    int magic = magic(file);
    return switch (magic) {
      case BITCODE, BITCODE_WRAPPER -> "bitcode of LLVM: compile without -flto";
      case MACH_O, MACH_O_FAT -> "Mach-O, of macOS: compile for Linux";
      case COFF_ANONYMOUS -> "COFF, of Windows: compile for Linux";
      default -> {
        int machine = magic >>> Short.SIZE;
        yield machine == COFF_AMD64 || machine == COFF_ARM64
            ? "COFF, of Windows: compile for Linux"
            : "";
      }
    };
  }

  /** Refuses what is no ELF file, if it is known what it is. */
  static void refuse(String name, ByteBuffer file) {
    String kind = kind(file);
    if (!kind.isEmpty()) {
      throw new ModuleException(Reason.NOT_A_MODULE, "%s is %s".formatted(name, kind));
    }
  }

  /** Refuses objects without code, and those that want code on the stack. */
  static void refuse(String name, ElfObject object) {
    int stack = object.findSection(STACK_NOTE);
    if (stack >= 0 && object.isCode(stack)) {
      throw new ModuleException(
          Reason.UNSUPPORTED,
          "it wants an executable stack (%s): functions inside functions whose address is taken"
                  .formatted(STACK_NOTE)
              + " make code there, or an assembler file lacks the note");
    }
    for (int i = 1; i < object.symbolCount(); i++) {
      if (object.symbolSection(i) == Elf.SHN_COMMON && object.symbolName(i).equals(SLIM_LTO)) {
        throw new ModuleException(
            Reason.UNSUPPORTED,
            "%s has no machine code: compile with -ffat-lto-objects or without -flto"
                .formatted(name));
      }
    }
  }
}
