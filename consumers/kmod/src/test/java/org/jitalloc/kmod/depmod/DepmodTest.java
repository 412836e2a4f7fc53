package org.jitalloc.kmod.depmod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.info.ModInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules similar to ext4 and its dependencies. The expected values are the output of depmod and
 * modprobe of kmod 30 for such a folder; all modules of Debian's kernels were compared with them by
 * hand.
 */
class DepmodTest {
  private static final List<String> NOTHING = List.of();

  @TempDir private Path root;
  private ModuleIndex index;

  @BeforeEach
  void makeModules() throws Exception {
    var folder = new Folder(root);
    folder.module("kernel/lib/crc16.ko", "license=GPL", List.of("crc16"), NOTHING);
    folder.module(
        "kernel/fs/jbd2/jbd2.ko", "license=GPL", List.of("jbd2_start"), List.of("printk", "crc16"));
    folder.module("kernel/fs/mbcache.ko", "license=GPL", List.of("mb_find"), NOTHING);
    folder.module(
        "kernel/fs/ext4/ext4.ko",
        "alias=fs-ext4\nalias=ext3\nsoftdep=pre: crypto-crc32c nobody post: tea",
        NOTHING,
        List.of("mb_find", "jbd2_start", "crc16", "printk"));
    folder.module(
        "kernel/arch/x86/crypto/crc32c-intel.ko",
        "alias=crypto-crc32c\nalias=cpu:type:x86,ven*fam*mod*:feature:*0094*",
        NOTHING,
        NOTHING);
    folder.module("kernel/crypto/crc32c_generic.ko", "alias=crypto-crc32c", NOTHING, NOTHING);
    folder.module(
        "kernel/crypto/tea.ko", "alias=devname:tea\nalias=char-major-10-7", NOTHING, NOTHING);
    folder.file(
        "modules.order",
        "kernel/crypto/crc32c_generic.ko\nkernel/arch/x86/crypto/crc32c-intel.ko\n");
    folder.file("modules.builtin", "kernel/fs/ext2/ext2.ko\n");
    folder.file("modules.builtin.modinfo", "ext2.license=GPL\0ext2.alias=fs-ext2\0");
    index = Depmod.scan(root);
  }

  private List<String> order(String request) {
    return switch (new Resolver(index).resolve(request)) {
      case Resolution.Load(List<ModuleFile> modules) ->
          modules.stream().map(ModuleFile::name).toList();
      case Resolution other -> List.of(other.toString());
    };
  }

  @Test
  void dependencies_areFoundBySymbols_andLoadInOrder() {
    assertEquals(List.of("mbcache", "crc16", "jbd2"), index.dependencies("ext4"));
    assertEquals(List.of("crc16"), index.dependencies("jbd2"));
    assertEquals(List.of(), index.dependencies("nobody"));
    assertTrue(index.cycles().isEmpty());
    assertEquals("crc16", index.symbolOwners().get("crc16"));
  }

  @Test
  void files_areWhatDepmodWrites() {
    SequencedMap<String, String> files = new IndexFiles(index).all();
    assertEquals(
        """
        kernel/crypto/crc32c_generic.ko:
        kernel/arch/x86/crypto/crc32c-intel.ko:
        kernel/crypto/tea.ko:
        kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/lib/crc16.ko kernel/fs/mbcache.ko
        kernel/fs/jbd2/jbd2.ko: kernel/lib/crc16.ko
        kernel/fs/mbcache.ko:
        kernel/lib/crc16.ko:
        """,
        files.get("modules.dep"));
    assertEquals(
        """
        alias crypto-crc32c crc32c_generic
        alias crypto-crc32c crc32c_intel
        alias cpu:type:x86,ven*fam*mod*:feature:*0094* crc32c_intel
        alias devname:tea tea
        alias char-major-10-7 tea
        alias fs-ext4 ext4
        alias ext3 ext4
        """,
        content(files.get("modules.alias")));
    assertEquals(
        "alias symbol:crc16 crc16\nalias symbol:jbd2_start jbd2\nalias symbol:mb_find mbcache\n",
        content(files.get("modules.symbols")));
    assertEquals(
        "softdep ext4 pre: crypto-crc32c nobody post: tea\n",
        content(files.get("modules.softdep")));
    assertEquals("tea tea c10:7\n", content(files.get("modules.devname")));
  }

  private static String content(String file) {
    return file.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }

  @Test
  void requests_comeToModulesInOrder() {
    List<String> ext4 =
        List.of("mbcache", "crc16", "jbd2", "crc32c_generic", "crc32c_intel", "ext4", "tea");
    assertEquals(ext4, order("ext4"));
    assertEquals(ext4, order("fs-ext4"));
    assertEquals(ext4, order("fs_ext4"));
    assertEquals(List.of("crc32c_generic", "crc32c_intel"), order("crypto-crc32c"));
    assertEquals(List.of("crc32c_intel"), order("crc32c-intel"));
    assertEquals(
        List.of("crc32c_intel"),
        order("cpu:type:x86,ven0000fam0006mod008C:feature:,0080,0094,009F"));
    assertEquals(List.of("crc16", "jbd2"), order("symbol:jbd2_start"));
    assertEquals(List.of("BuiltIn[name=ext2]"), order("ext2"));
    assertEquals(List.of("BuiltIn[name=fs-ext2]"), order("fs-ext2"));
    assertEquals(List.of("Unknown[name=fs-ext5]"), order("fs-ext5"));
    assertEquals(List.of("Unknown[name=symbol:nobody]"), order("symbol:nobody"));
  }

  @Test
  void origin_tellsModulesFromWhatCouldBeOne() {
    assertEquals(
        new Origin.InModule("crc32c_intel", "kernel/arch/x86/crypto/crc32c-intel.ko"),
        index.origin("arch/x86/crypto/crc32c-intel.o"));
    assertEquals(new Origin.BuiltIn("kernel/fs/ext2/ext2.ko"), index.origin("ext2"));
    assertEquals(new Origin.Unknown(), index.origin("kernel/fork.o"));
    assertEquals(
        new Origin.InModule("mbcache", "kernel/fs/mbcache.ko"), index.originOfSymbol("mb_find"));
    assertEquals(new Origin.Unknown(), index.originOfSymbol("printk"));
  }

  @Test
  void cycles_areTold_andDoNotHang(@TempDir Path other) throws Exception {
    var folder = new Folder(other);
    folder.module("a.ko", "license=GPL", List.of("in_a"), List.of("in_b"));
    folder.module("b.ko", "license=GPL", List.of("in_b"), List.of("in_c"));
    folder.module("c.ko", "license=GPL", List.of("in_c"), List.of("in_a", "in_c"));
    folder.module("d.ko", "license=GPL\nsoftdep=pre: e", NOTHING, List.of("in_b"));
    folder.module("e.ko", "license=GPL\nsoftdep=pre: d", NOTHING, NOTHING);
    index = Depmod.scan(other);
    assertEquals(1, index.cycles().size());
    assertEquals(Set.of("a", "b", "c"), Set.copyOf(index.cycles().getFirst()));
    assertTrue(order("d").containsAll(List.of("e", "d")));
  }

  @Test
  void files_thatAreNoModules_areSkippedWithTheReason(@TempDir Path other) throws Exception {
    new Folder(other).module("good.ko", "license=GPL", NOTHING, NOTHING);
    Files.writeString(other.resolve("garbage.ko"), "no module");
    Files.createDirectory(other.resolve("folder.ko"));
    Files.createSymbolicLink(other.resolve("dead.ko"), other.resolve("nothing"));
    ToolCommand.must(List.of("mkfifo", other.resolve("fifo.ko").toString()));
    index = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Depmod.scan(other));
    assertEquals(List.of("good"), index.modules().stream().map(ModuleFile::name).toList());
    assertEquals(
        List.of("dead.ko", "fifo.ko", "folder.ko", "garbage.ko"),
        index.skipped().stream().map(SkippedFile::path).sorted().toList());
    Path missing = other.resolve("missing");
    assertEquals(
        Reason.UNREADABLE,
        assertThrows(ModuleException.class, () -> Depmod.scan(missing)).reason());
  }

  @Test
  void updates_winOverKernel(@TempDir Path other) throws Exception {
    var folder = new Folder(other);
    folder.module("kernel/m.ko", "license=GPL", NOTHING, NOTHING);
    folder.module("updates/dkms/m.ko", "license=GPL", NOTHING, NOTHING);
    folder.file("modules.order", "kernel/m.ko\n");
    assertEquals("updates/dkms/m.ko", Depmod.scan(other).module("m").orElseThrow().path());
  }

  @Test
  void searchAndOverride_areReadFromTheRootOfTheFolder(@TempDir Path system) throws Exception {
    Path modules = Files.createDirectories(system.resolve("usr/lib/modules/6.1.0"));
    var folder = new Folder(modules);
    for (String place : List.of("kernel", "updates", "extra")) {
      folder.module(place + "/m.ko", "license=GPL", NOTHING, NOTHING);
      folder.module(place + "/n-n.ko", "license=GPL", NOTHING, NOTHING);
    }
    Path configuration = Files.createDirectories(system.resolve("etc/depmod.d"));
    Files.writeString(
        configuration.resolve("a.conf"),
        "# comment\nsearch extra updates built-in\noverride n_n 6.1.0 kernel\n");
    assertEquals("extra/m.ko", Depmod.scan(modules).module("m").orElseThrow().path());
    assertEquals("kernel/n-n.ko", Depmod.scan(modules).module("n-n").orElseThrow().path());
  }

  @Test
  void chains_ofAnyLength_areResolved() {
    int length = 6000;
    var files = new ArrayList<ModuleFile>();
    for (int i = 0; i < length; i++) {
      ModInfo info =
          ModInfo.parse(ByteBuffer.wrap("softdep=pre: s%d\0".formatted(i + 1).getBytes()));
      files.add(
          new ModuleFile(
              "m%d.ko".formatted(i), ModInfo.NOTHING, Set.of("e" + i), List.of("e" + (i + 1))));
      files.add(new ModuleFile("s%d.ko".formatted(i), info, Set.of(), List.of()));
    }
    index = new ModuleIndex(files, new Builtins(), List.of());
    assertEquals("m%d".formatted(length - 1), order("m0").getFirst());
    assertEquals(length, order("m0").size());
    assertEquals("s%d".formatted(length - 1), order("s0").getFirst());
    assertEquals(length, order("s0").size());
  }
}
