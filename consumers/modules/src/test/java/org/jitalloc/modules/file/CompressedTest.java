package org.jitalloc.modules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jitalloc.JitAlloc;
import org.jitalloc.arch.tck.tool.Command;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleLoaders;
import org.jitalloc.modules.depmod.Depmod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Modules that are compressed are read as those that are not. */
final class CompressedTest {
  @TempDir Path folder;
  private final ModuleLoader loader =
      ModuleLoaders.of(JitAlloc.newImage("image-compressed", "amd64"));
  private Path plain;

  @BeforeEach
  void assemble() throws IOException {
    Command.need("as");
    String source = ".text\n.globl start\nstart: nop\n.data\n.zero 3000\n.quad start\n";
    Path text = Files.writeString(folder.resolve("some.s"), source);
    plain = folder.resolve("some.bin");
    Command.must(List.of("as", "-o", plain.toString(), text.toString()));
  }

  private interface Compressor {
    OutputStream open(OutputStream to) throws IOException;
  }

  private Path compress(String name, Compressor compressor) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream stream = compressor.open(bytes)) {
      stream.write(Files.readAllBytes(plain));
    }
    return Files.write(folder.resolve(name), bytes.toByteArray());
  }

  private void requireLoads(Path file) throws IOException {
    assertTrue(Files.size(file) < Files.size(plain));
    try (LoadedModule module = loader.load(file, LoadOptions.DEFAULTS)) {
      assertEquals("some", module.name());
      assertEquals(1, module.relocations());
    }
  }

  @Test
  void compressedModules_areLoaded_whateverTheirNames() throws IOException {
    requireLoads(compress("some.ko.gz", GZIPOutputStream::new));
    Path xz = compress("some.ko.xz", to -> new XZOutputStream(to, new LZMA2Options()));
    requireLoads(xz);
    requireLoads(Files.copy(xz, folder.resolve("some.ko")));
    assertEquals(3, loader.stats().loaded());
    assertEquals("some", Depmod.scan(folder).modules().getFirst().name());
  }

  @Test
  void whatIsDamaged_isRefusedAndCounted() throws IOException {
    Path xz = compress("some.ko.xz", to -> new XZOutputStream(to, new LZMA2Options()));
    byte[] bytes = Files.readAllBytes(xz);
    bytes[bytes.length / 2] ^= 1;
    refuse(Files.write(xz, bytes), "cannot be decompressed as xz");
    byte[] cut = Files.readAllBytes(compress("some.ko.gz", GZIPOutputStream::new));
    refuse(
        Files.write(folder.resolve("cut.ko.gz"), java.util.Arrays.copyOf(cut, cut.length / 2)),
        "cannot be decompressed as gz");
    refuse(
        Files.write(
            folder.resolve("some.ko.zst"), new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}),
        "unpack it first (unzstd)");
    assertEquals(3, loader.stats().failedDecompressions());
    assertThrows(
        ModuleException.class, () -> loader.load(folder.resolve("none.ko"), LoadOptions.DEFAULTS));
    assertEquals(1, loader.stats().failedReads());
  }

  private void refuse(Path file, String message) {
    var refusal =
        assertThrows(ModuleException.class, () -> loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(Reason.COMPRESSION, refusal.reason());
    assertTrue(refusal.getMessage().contains(message), refusal::getMessage);
  }
}
