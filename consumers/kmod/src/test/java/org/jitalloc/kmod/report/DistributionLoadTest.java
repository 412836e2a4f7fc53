package org.jitalloc.kmod.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.kmod.report.ModuleReport.Point;
import org.jitalloc.kmod.report.ModuleReport.TypeUse;
import org.jitalloc.kmod.testing.KmodFixture;
import org.jitalloc.modules.LoadOptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DistributionLoadTest {
  private static final long WINDOW_BYTES = 16 << 10;

  @TempDir Path folder;

  /**
   * The user is first by name; three regions that stay, one that is freed, one file that is no
   * module.
   */
  @ParameterizedTest
  @EnumSource
  void aFolder_isLoadedMeasuredAndUnloaded(ModuleAssembler machine) throws IOException {
    var image = KmodFixture.of(machine, folder);
    image.assemble(
        "z_base",
        ".set __ksymtab_it, 0\n.data\n.globl it\nit: .fill 5000, 1, 1\n" + machine.export("it"));
    image.assemble(
        "a_user",
        """
        .text
        .fill 100, 1, 0
        .section .init.text,"ax"
        .fill 300, 1, 0
        .section .rodata,"a"
        .fill 60, 1, 1
        .data
        .balign 8
        %s
        """
            .formatted(machine.address("it")));
    image.assemble("b_refused", ".data\n" + machine.address("nobody_has_it"));
    var seen = new ArrayList<String>();
    var load =
        new DistributionLoad(
            image.loader(),
            image.allocator(),
            WINDOW_BYTES,
            (done, of) -> seen.add(done + "/" + of));
    ModuleReport report = load.run(folder, LoadOptions.DEFAULTS);
    assertEquals(List.of("1/3", "2/3", "3/3"), seen);
    assertEquals(2, report.loaded());
    assertEquals(
        List.of("b_refused.ko"),
        report.refused().stream().map(ModuleReport.Refused::file).toList());
    assertTrue(report.refused().getFirst().why().contains("nobody_has_it"));
    assertEquals(
        Files.size(folder.resolve("z_base.ko")) + Files.size(folder.resolve("a_user.ko")),
        report.fileBytes());
    requireMemory(report, machine);
    List<Point> curve = report.curve();
    assertEquals(new Point(0, 0, 0), curve.getFirst());
    assertEquals(2, curve.getLast().modules());
    assertEquals(report.sum(false).pageBytes(), curve.getLast().pageBytes());
    assertEquals(report.packed().reservedBytes(), curve.getLast().packedBytes());
    assertTrue(report.links().relocations() > 0);
    image.requireNothingLeft();
  }

  private static void requireMemory(ModuleReport report, ModuleAssembler machine) {
    TypeUse initText = report.byType().get(ModMemType.INIT_TEXT);
    assertEquals(new TypeUse(1, 300, 4096), initText);
    assertEquals(initText, report.sum(true));
    TypeUse data = report.byType().get(ModMemType.DATA);
    assertEquals(2, data.regions());
    assertEquals(8192 + 4096, data.pageBytes());
    assertTrue(report.byType().get(ModMemType.TEXT).bytes() >= 100);
    assertEquals(report.sum(false).bytes(), report.packed().usedBytes(), machine.arch());
    assertEquals(0, report.reach().packedFit(), "a slab of 2 MiB is more than the window");
    int fit = report.reach().pagesFit();
    assertTrue(fit == 1, "z_base takes 3 or 4 pages, a_user 3 more: " + report);
  }
}
