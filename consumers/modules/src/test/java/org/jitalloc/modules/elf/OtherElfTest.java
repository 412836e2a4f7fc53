package org.jitalloc.modules.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.junit.jupiter.api.Test;

final class OtherElfTest {

  private static String problem(byte[] file) {
    var refused = assertThrows(ModuleException.class, () -> ElfObject.read(ByteBuffer.wrap(file)));
    assertEquals(Reason.NOT_A_MODULE, refused.reason());
    return refused.detail();
  }

  /** A header without tables. */
  private static byte[] header(int fileClass, int type) {
    ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.BIG_ENDIAN);
    header.putInt(0x7f454c46).put((byte) fileClass).put((byte) 2).put((byte) 1);
    header.putShort(16, (short) type).putShort(18, (short) 22);
    return header.array();
  }

  @Test
  void executable_isNamed_andWhatToLoadInstead() throws IOException {
    String problem = problem(Files.readAllBytes(Path.of("/bin/ls")));
    assertTrue(
        problem.matches(
            "file type 3 is not relocatable: position-independent executable, 64-bit \\S+;"
                + " load the object files or archives that it was linked from \\(\\.o, \\.a\\)"),
        problem);
  }

  @Test
  void sharedObject_isNamed() throws IOException {
    Path libjvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
    String problem = problem(Files.readAllBytes(libjvm));
    assertTrue(
        problem.startsWith("file type 3 is not relocatable: shared object libjvm.so, 64-bit "),
        problem);
  }

  @Test
  void relocatableOf32Bits_isNamed_andWhatToDo() {
    assertEquals(
        "class 1, data 2: not of 64 bits: relocatable object, 32-bit s390; compile for 64 bits",
        problem(header(1, 1)));
  }

  @Test
  void coreDump_isNamed() {
    assertEquals(
        "file type 4 is not relocatable: core dump, 64-bit s390; load object files (.o, .a) or"
            + " kernel modules (.ko)",
        problem(header(2, 4)));
  }

  @Test
  void damagedFile_isNamed_withTheValues() {
    byte[] file = header(2, 2);
    file[61] = 3;
    assertEquals(
        "file type 2 is not relocatable: section headers of 0 bytes, not 64", problem(file));
  }
}
