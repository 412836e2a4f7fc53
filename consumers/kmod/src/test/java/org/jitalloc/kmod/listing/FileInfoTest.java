package org.jitalloc.kmod.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FileInfoTest {
  private static final Path LS = Path.of("/bin/ls");

  @TempDir Path folder;

  @Test
  void executable_isDescribed_andItsSymbolsAreListed() {
    var info = assertInstanceOf(FileInfo.OfOther.class, FileInfo.read(LS));
    assertTrue(
        info.text().startsWith("type:           position-independent executable (e_type 3)\n"),
        info::text);
    assertTrue(info.text().contains("\nneeded:         libc.so"), info::text);
    assertTrue(
        info.symbols().stream().anyMatch(line -> line.matches(" +\\d+ undefined readlink")),
        info.symbols()::toString);
  }

  @Test
  void compressedExecutable_isDescribedAsWell() throws IOException {
    Path compressed = folder.resolve("ls.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      Files.copy(LS, out);
    }
    assertEquals(FileInfo.read(LS), FileInfo.read(compressed));
  }

  @ParameterizedTest
  @EnumSource
  void module_isReadAsAModule(ModuleAssembler machine) throws IOException {
    Path module = machine.assemble(folder, "small", ".globl f\n.data\nf: .quad other\n");
    var info = assertInstanceOf(FileInfo.OfModule.class, FileInfo.read(module));
    assertEquals(Set.of("other"), Set.copyOf(info.file().imports()));
  }

  @Test
  void damagedExecutable_isRefused_withTheReason() throws IOException {
    byte[] bytes = Files.readAllBytes(LS);
    Path damaged = Files.write(folder.resolve("damaged"), Arrays.copyOf(bytes, bytes.length / 2));
    var refused = assertThrows(ModuleException.class, () -> FileInfo.read(damaged));
    assertEquals(Reason.NOT_A_MODULE, refused.reason());
    assertTrue(
        refused
            .detail()
            .matches(
                ".*/damaged: file type 3 is not relocatable: \\d+ section headers:"
                    + " offset 0x[0-9a-f]+, size 0x[0-9a-f]+: not inside the file of 0x[0-9a-f]+"
                    + " bytes"),
        refused::detail);
  }

  @Test
  void textFile_isRefused_asNoElf() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "Hello");
    var refused = assertThrows(ModuleException.class, () -> FileInfo.read(text));
    assertEquals(Reason.NOT_A_MODULE, refused.reason());
    assertTrue(refused.detail().endsWith("it does not begin as an ELF file does: bytes=5"));
  }
}
