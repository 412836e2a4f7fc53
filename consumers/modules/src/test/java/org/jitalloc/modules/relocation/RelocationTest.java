package org.jitalloc.modules.relocation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each type of relocation gives the bytes that GNU ld gives. */
final class RelocationTest {
  private static final GnuTools X86 = new GnuTools("", "elf_x86_64");
  private static final GnuTools ARM64 = new GnuTools("aarch64-linux-gnu-", "aarch64linux");
  private static final GnuTools S390 = new GnuTools("s390x-linux-gnu-", "elf64_s390");

  @TempDir Path folder;

  @Test
  void x86_withinReach() throws IOException, RelocationException {
    long text = 0xffffffffc0000000L;
    var linked =
        new LinkedObject(
            X86,
            "amd64",
            ObjectUse.KERNEL_MODULE,
            Map.of(
                ".text",
                text,
                ".data",
                text + 0x10000,
                ".near",
                text + 0x10040,
                ".init.text",
                text + 0x30000),
            Map.of(
                "ext",
                0xffffffff81234560L,
                "small",
                0x12345678L,
                "small16",
                0xfedcL,
                "small8",
                0x42L),
            text + 0x20000);
    assertEquals(
        LinkedObject.named(
            "R_X86_64_",
            "64 PC32 PLT32 32 32S 16 PC16 8 PC8 PC64 GOTPCREL GOTPCRELX REX_GOTPCRELX GOTPC32"
                + " GOTPC64 GOT64 GOTPCREL64"),
        linked.check(folder, LinkedObject.resource("x86-kernel.s")));
  }

  @Test
  void x86_librariesFarAway() throws IOException, RelocationException {
    long text = 0x400000;
    long far = 0x7f1234567890L;
    var linked =
        new LinkedObject(
            X86,
            "amd64",
            ObjectUse.PROCESS_OBJECT,
            Map.of(".text", text),
            Map.of("far", far, "other", far + 16, "close", 0x500000L, "far_offset", far - 0x600000),
            0x600000);
    assertEquals(
        LinkedObject.named("R_X86_64_", "PLT32 REX_GOTPCRELX PLTOFF64 GOTOFF64"),
        linked.check(folder, LinkedObject.resource("x86-process.s")));
  }

  @Test
  void arm64_kernelFarAway() throws IOException, RelocationException {
    long text = 0xffff80007b000000L;
    var linked =
        new LinkedObject(
            ARM64,
            "arm64",
            ObjectUse.KERNEL_MODULE,
            Map.of(".text", text, ".text.b", text + 0x1000, ".data", text + 0x4000),
            Map.of(
                "ext", 0xffff800008123450L,
                "close", text + 0x7000000,
                "small", 0x1234L,
                "small2", 0x56781234L,
                "small3", 0x123456781234L,
                "negative", 0xffffffffffff8000L),
            text + 0x8000);
    assertEquals(
        LinkedObject.named(
            "R_AARCH64_",
            "ABS64 ABS32 ABS16 PREL64 PREL32 PREL16 MOVW_UABS_G0 MOVW_UABS_G0_NC MOVW_UABS_G1"
                + " MOVW_UABS_G1_NC MOVW_UABS_G2 MOVW_UABS_G2_NC MOVW_UABS_G3 MOVW_SABS_G0"
                + " MOVW_SABS_G1 MOVW_SABS_G2 LD_PREL_LO19 ADR_PREL_LO21 ADR_PREL_PG_HI21"
                + " ADR_PREL_PG_HI21_NC ADD_ABS_LO12_NC LDST8_ABS_LO12_NC TSTBR14 CONDBR19 JUMP26"
                + " CALL26 LDST16_ABS_LO12_NC LDST32_ABS_LO12_NC LDST64_ABS_LO12_NC"
                + " LDST128_ABS_LO12_NC MOVW_PREL_G0 MOVW_PREL_G0_NC MOVW_PREL_G1 MOVW_PREL_G1_NC"
                + " MOVW_PREL_G2 MOVW_PREL_G2_NC MOVW_PREL_G3 GOT_LD_PREL19 ADR_GOT_PAGE"
                + " LD64_GOT_LO12_NC LD64_GOTPAGE_LO15"),
        linked.check(folder, LinkedObject.resource("arm64-kernel.s")));
  }

  @Test
  void arm64_librariesFarAway() throws IOException, RelocationException {
    var linked =
        new LinkedObject(
            ARM64,
            "arm64",
            ObjectUse.PROCESS_OBJECT,
            Map.of(".text", 0x400000L),
            Map.of("far", 0x7f1234567890L, "other", 0x7f1234567894L),
            0x600000);
    assertEquals(
        LinkedObject.named("R_AARCH64_", "CALL26 JUMP26 ADR_GOT_PAGE LD64_GOT_LO12_NC"),
        linked.check(folder, LinkedObject.resource("arm64-process.s")));
  }

  @Test
  void s390_kernelFarAway() throws IOException, RelocationException {
    long text = 0x3ff80000000L;
    long tables = text + 0x8000;
    var linked =
        new LinkedObject(
            S390,
            "s390x",
            ObjectUse.KERNEL_MODULE,
            Map.of(".text", text, ".data", text + 0x2000, ".init.text", text + 0x4000),
            Map.ofEntries(
                Map.entry("far", 0x123450L),
                Map.entry("other", 0x223450L),
                Map.entry("close", text + 0x1000000),
                Map.entry("close_offset", text + 0x1000000 - tables),
                Map.entry("plt_far_offset", 0x18L),
                Map.entry("small8", 0x42L),
                Map.entry("small12", 0x123L),
                Map.entry("small16", 0x1234L),
                Map.entry("small20", 0x45678L),
                Map.entry("negative20", -0x45678L),
                Map.entry("small32", 0x12345678L)),
            tables);
    assertEquals(
        LinkedObject.named(
            "R_390_",
            "8 12 16 20 32 64 PC16 PC32 PC64 PC12DBL PC16DBL PC24DBL PC32DBL PLT16DBL PLT32DBL"
                + " PLT32 PLT64 GOTENT GOTPCDBL GOT12 GOT16 GOT20 GOT32 GOT64 GOTOFF32 GOTOFF64"
                + " PLTOFF32 PLTOFF64"),
        linked.check(folder, LinkedObject.resource("s390.s")));
  }
}
