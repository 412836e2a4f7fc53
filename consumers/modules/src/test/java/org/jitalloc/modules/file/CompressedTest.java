package org.jitalloc.modules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jitalloc.JitAlloc;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.plain.ModuleLoaders;
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
    ToolCommand.need("as");
    String source = ".text\n.globl start\nstart: nop\n.data\n.zero 3000\n.quad start\n";
    Path text = Files.writeString(folder.resolve("some.s"), source);
    plain = folder.resolve("some.bin");
    ToolCommand.must(List.of("as", "-o", plain.toString(), text.toString()));
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
    requireLoads(compress("some.ko.zst", ZstdOutputStream::new));
    assertEquals(4, loader.stats().loaded());
  }

  @Test
  void whatIsDamaged_isRefusedAndCounted() throws IOException {
    Path xz = compress("some.ko.xz", to -> new XZOutputStream(to, new LZMA2Options()));
    byte[] bytes = Files.readAllBytes(xz);
    bytes[bytes.length / 2] ^= 1;
    refuse(Files.write(xz, bytes), "cannot be decompressed as xz");
    byte[] cut = Files.readAllBytes(compress("some.ko.gz", GZIPOutputStream::new));
    refuse(
        Files.write(folder.resolve("cut.ko.gz"), Arrays.copyOf(cut, cut.length / 2)),
        "cannot be decompressed as gz");
    assertEquals(2, loader.stats().failedDecompressions());
    assertThrows(
        ModuleException.class, () -> loader.load(folder.resolve("none.ko"), LoadOptions.DEFAULTS));
    assertEquals(1, loader.stats().failedReads());
  }

  @Test
  void whatZstdMade_isRefusedWhenCutOrDamaged() throws IOException {
    Path file = compress("some.ko.zst", to -> new ZstdOutputStream(to, 22).setChecksum(true));
    requireLoads(file);
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {4, 5, bytes.length / 2, bytes.length - 1}) {
      refuse(Files.write(file, Arrays.copyOf(bytes, length)), "cannot be decompressed as zst");
    }
    bytes[bytes.length - 1] ^= 1; // the checksum
    refuse(Files.write(file, bytes), "cannot be decompressed as zst");
  }

  /** One block of three bytes, in a frame that says which window it wants. */
  private Path windowed(int exponent, int eighths) throws IOException {
    String frame = "28b52ffd 00 %02x 190000 414243".formatted(exponent - 10 << 3 | eighths);
    return Files.write(
        folder.resolve("some.ko.zst"), HexFormat.of().parseHex(frame.replace(" ", "")));
  }

  @Test
  void aFrameThatWantsTooMuchMemory_isRefused() throws IOException {
    ByteBuffer read = FileContent.read(windowed(27, 0)).bytes();
    assertEquals("ABC", StandardCharsets.US_ASCII.decode(read).toString());
    refuse(windowed(27, 1), "cannot be decompressed as zst: Frame requires too much memory");
    refuse(windowed(41, 7), "cannot be decompressed as zst: Frame requires too much memory");
  }

  /** A small file that says more than the heap can hold. */
  @Test
  void zerosThatDoNotFit_areRefusedWithTheLimit() throws IOException {
    var zeros = new byte[1 << 20];
    Path file =
        compress(
            new ZstdOutputStream(Files.newOutputStream(folder.resolve("zeros.ko.zst")), 1), zeros);
    var refusal =
        assertThrows(ModuleException.class, () -> loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(Reason.UNSUPPORTED, refusal.reason());
    String limit = "longer than %d MiB".formatted(FileContent.MOST_BYTES >> 20);
    assertTrue(refusal.getMessage().contains(limit), refusal::getMessage);
    assertEquals(128 << 20, FileContent.mostBytes(512L << 20));
    assertEquals(1 << 30, FileContent.mostBytes(64L << 30));
  }

  private Path compress(OutputStream to, byte[] part) throws IOException {
    try (to) {
      for (long bytes = 0; bytes <= FileContent.MOST_BYTES; bytes += part.length) {
        to.write(part);
      }
    }
    return folder.resolve("zeros.ko.zst");
  }

  private void refuse(Path file, String message) {
    var refusal =
        assertThrows(ModuleException.class, () -> loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(Reason.COMPRESSION, refusal.reason());
    assertTrue(refusal.getMessage().contains(message), refusal::getMessage);
  }
}
